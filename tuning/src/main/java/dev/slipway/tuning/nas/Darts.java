package dev.slipway.tuning.nas;

import dev.slipway.base.Json;
import dev.slipway.base.Problem;
import dev.slipway.tuning.Algorithm;
import dev.slipway.tuning.Proposal;
import dev.slipway.tuning.Study;
import dev.slipway.tuning.Suggestions;
import dev.slipway.tuning.Trial;
import dev.slipway.tuning.space.SettingRules;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `darts`: hands the search space and the settings to a trial, inside which the whole search runs
/// (Liu et al. 2019).
public final class Darts implements Algorithm {
  private static final Map<String, String> DEFAULTS = new LinkedHashMap<>();
  private static final SettingRules RULES =
      SettingRules.search()
          .whole("num_epochs", 1)
          .atLeast("w_lr", 0)
          .atLeast("w_lr_min", 0)
          .atLeast("w_momentum", 0)
          .atLeast("w_weight_decay", 0)
          .atLeast("w_grad_clip", 0)
          .atLeast("alpha_lr", 0)
          .atLeast("alpha_weight_decay", 0)
          .whole("batch_size", 1)
          .whole("num_workers", 0)
          .whole("init_channels", 1)
          .whole("print_step", 1)
          .whole("num_nodes", 1)
          .whole("stem_multiplier", 1);

  static {
    DEFAULTS.put("num_epochs", "50");
    DEFAULTS.put("w_lr", "0.025");
    DEFAULTS.put("w_lr_min", "0.001");
    DEFAULTS.put("w_momentum", "0.9");
    DEFAULTS.put("w_weight_decay", "0.0003");
    DEFAULTS.put("w_grad_clip", "5.0");
    DEFAULTS.put("alpha_lr", "0.0003");
    DEFAULTS.put("alpha_weight_decay", "0.001");
    DEFAULTS.put("batch_size", "128");
    DEFAULTS.put("num_workers", "4");
    DEFAULTS.put("init_channels", "16");
    DEFAULTS.put("print_step", "50");
    DEFAULTS.put("num_nodes", "4");
    DEFAULTS.put("stem_multiplier", "3");
  }

  @Override
  public List<Problem> problems(Study study) {
    Map<String, String> settings = new LinkedHashMap<>(study.settings());
    settings.remove("batch_size", "None");
    List<Problem> problems = new ArrayList<>(RULES.judge(settings));
    problems.addAll(Operations.judge(study));
    return problems;
  }

  @Override
  public Suggestions suggest(Study study, List<Trial> trials, int count) {
    Map<String, String> values =
        Map.of(
            "algorithm-settings", Operations.quoted(settings(study)),
            "search-space", Operations.quoted(operations(study)),
            "num-layers", layers(study));
    return Suggestions.of(Collections.nCopies(count, Proposal.of(values)));
  }

  private static String layers(Study study) {
    return Integer.toString(
        Operations.config(study).path("graphConfig").path("numLayers").asInt(0));
  }

  /// Numbers for what was left out, texts for what was given, as Katib's service writes them.
  private static ObjectNode settings(Study study) {
    ObjectNode settings = Json.object();
    for (Map.Entry<String, String> each : DEFAULTS.entrySet()) {
      String given = study.settings().get(each.getKey());
      if (given == null) {
        settings.set(each.getKey(), Json.MAPPER.readTree(each.getValue()));
      } else if (given.equals("None")) {
        settings.putNull(each.getKey());
      } else {
        settings.put(each.getKey(), given);
      }
    }
    return settings;
  }

  /// The names of operations with their filter's size; `skip_connection` has none.
  private static ArrayNode operations(Study study) {
    ArrayNode names = Json.array();
    for (JsonNode operation : Operations.config(study).path("operations")) {
      String type = operation.path("operationType").asString("");
      if (type.equals("skip_connection")) {
        names.add(type);
        continue;
      }
      for (JsonNode size :
          operation.path("parameters").path(0).path("feasibleSpace").path("list")) {
        names.add(type + "_" + size.asString() + "x" + size.asString());
      }
    }
    return names;
  }
}
