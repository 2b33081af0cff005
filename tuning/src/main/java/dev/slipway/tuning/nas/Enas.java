package dev.slipway.tuning.nas;

import dev.slipway.base.Json;
import dev.slipway.base.Problem;
import dev.slipway.tuning.Algorithm;
import dev.slipway.tuning.Proposal;
import dev.slipway.tuning.Study;
import dev.slipway.tuning.Suggestions;
import dev.slipway.tuning.Trial;
import dev.slipway.tuning.space.Past;
import dev.slipway.tuning.space.Seeds;
import dev.slipway.tuning.space.SettingRules;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `enas`: samples architectures from a policy that trials which did well make likelier (REINFORCE;
/// Williams 1992, Pham et al. 2018).
///
/// Katib's policy is a recurrent network; this one has probabilities for each layer's operation and
/// each skip connection, learned again from all trials at every question. Katib's settings mean the
/// same; `controller_hidden_size`, of the network, and `controller_log_every_steps` change nothing.
public final class Enas implements Algorithm {
  private static final SettingRules RULES =
      SettingRules.search()
          .whole("controller_hidden_size", 1)
          .above("controller_temperature", 0)
          .above("controller_tanh_const", 0)
          .above("controller_entropy_weight", 0)
          .number("controller_baseline_decay", "must be in (0, 1]", v -> v > 0 && v <= 1)
          .number("controller_learning_rate", "must be in (0, 1]", v -> v > 0 && v <= 1)
          .number("controller_skip_target", "must be in (0, 1]", v -> v > 0 && v <= 1)
          .above("controller_skip_weight", 0)
          .whole("controller_train_steps", 1)
          .whole("controller_log_every_steps", 1)
          .randomState();
  private static final List<String> NONE_ALLOWED =
      List.of(
          "controller_temperature",
          "controller_tanh_const",
          "controller_entropy_weight",
          "controller_skip_weight");

  @Override
  public List<Problem> problems(Study study) {
    Map<String, String> settings = new java.util.HashMap<>(study.settings());
    NONE_ALLOWED.forEach(name -> settings.remove(name, "None"));
    List<Problem> problems = new ArrayList<>(RULES.judge(settings));
    problems.addAll(Operations.judgeGraph(study));
    problems.addAll(Operations.judge(study));
    return problems;
  }

  @Override
  public Suggestions suggest(Study study, List<Trial> trials, int count) {
    List<ObjectNode> operations = Operations.all(study);
    int layers = Operations.config(study).path("graphConfig").path("numLayers").asInt(1);
    Policy policy = new Policy(layers, operations.size(), study);
    policy.learn(study, Past.ordered(trials));
    SplittableRandom random = Seeds.random(study, trials.size());
    List<Proposal> proposals = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      int[][] drawn = policy.draw(random);
      proposals.add(
          Proposal.of(
              Map.of(
                  "architecture", text(drawn),
                  "nn_config", Operations.quoted(network(study, operations, drawn)))));
    }
    return Suggestions.of(proposals);
  }

  private static String text(int[][] architecture) {
    ArrayNode layers = Json.array();
    for (int[] layer : architecture) {
      ArrayNode numbers = layers.addArray();
      for (int number : layer) {
        numbers.add(number);
      }
    }
    return layers.toString().replace(",", ", ");
  }

  private static ObjectNode network(Study study, List<ObjectNode> operations, int[][] drawn) {
    JsonNode graph = Operations.config(study).path("graphConfig");
    ObjectNode network = Json.object();
    network.put("num_layers", drawn.length);
    network.set("input_sizes", graph.path("inputSizes"));
    network.set("output_sizes", graph.path("outputSizes"));
    ObjectNode embedding = network.putObject("embedding");
    for (int[] layer : drawn) {
      embedding.set(Integer.toString(layer[0]), operations.get(layer[0]));
    }
    return network;
  }
}
