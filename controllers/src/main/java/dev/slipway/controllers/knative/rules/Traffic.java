package dev.slipway.controllers.knative.rules;

import dev.slipway.base.FieldPath;
import dev.slipway.base.Json;
import dev.slipway.base.Problem;
import java.util.LinkedHashMap;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Where traffic goes: `spec.traffic` of a Service or a Route.
///
/// Source: knative/serving `pkg/apis/serving/v1/route_{defaults,validation}.go`.
final class Traffic {
  private static final FieldPath AT = FieldPath.of("spec", "traffic");
  private static final int WHOLE = 100;

  private final boolean ofService;
  private final List<Problem> problems;
  private final LinkedHashMap<String, Integer> tags = new LinkedHashMap<>();
  private long sum;

  private Traffic(boolean ofService, List<Problem> problems) {
    this.ofService = ofService;
    this.problems = problems;
  }

  /// @param ofService whether all of it goes to the newest revision where nothing is said
  static void complete(ObjectNode spec, boolean ofService) {
    boolean none = spec.path("traffic").isMissingNode() || spec.path("traffic").isNull();
    if (ofService && (none || (spec.path("traffic").isArray() && spec.path("traffic").isEmpty()))) {
      spec.putArray("traffic").addObject().put("latestRevision", true).put("percent", WHOLE);
    }
    for (JsonNode each : spec.path("traffic")) {
      if (each instanceof ObjectNode target) {
        if (!target.hasNonNull("latestRevision")) {
          target.put("latestRevision", Json.text(target, "revisionName").isEmpty());
        }
        if (!target.hasNonNull("percent")) {
          target.put("percent", 0);
        }
      }
    }
  }

  static void judge(JsonNode spec, boolean ofService, List<Problem> problems) {
    JsonNode traffic = spec.path("traffic");
    if (traffic instanceof ArrayNode targets) {
      new Traffic(ofService, problems).judge(targets);
    } else if (traffic.isMissingNode()) {
      new Traffic(ofService, problems).judge(Json.array());
    } else {
      problems.add(Problem.wrongType(AT, traffic, "must be a list of targets"));
    }
  }

  private void judge(ArrayNode targets) {
    for (int i = 0; i < targets.size(); i++) {
      if (targets.get(i) instanceof ObjectNode target) {
        judge(target, i);
      } else {
        problems.add(Problem.wrongType(AT.index(i), targets.get(i), "must be a target"));
      }
    }
    if (sum != WHOLE) {
      problems.add(Problem.invalid(AT, sum, "Traffic targets sum to " + sum + ", want " + WHOLE));
    }
  }

  private void judge(ObjectNode target, int index) {
    FieldPath at = AT.index(index);
    judgeLatest(target, at);
    judgeNames(target, at);
    judgePercent(target.path("percent"), at);
    judgeTag(Json.text(target, "tag"), at, index);
    if (target.hasNonNull("url")) {
      problems.add(Words.disallowed(at.field("url")));
    }
  }

  private void judgeLatest(ObjectNode target, FieldPath at) {
    var revision = Json.text(target, "revisionName");
    JsonNode latest = target.path("latestRevision");
    if (latest.isBoolean() && latest.booleanValue() != revision.isEmpty()) {
      problems.add(
          Problem.invalid(
              at.field("latestRevision"),
              latest,
              "may not set revisionName \"" + revision + "\" when latestRevision is " + latest));
    }
  }

  private void judgeNames(ObjectNode target, FieldPath at) {
    var revision = Json.text(target, "revisionName");
    var configuration = Json.text(target, "configurationName");
    if (ofService && !configuration.isEmpty()) {
      problems.add(Words.disallowed(at.field("configurationName")));
    } else if (!revision.isEmpty() && !configuration.isEmpty()) {
      problems.add(Words.several(at, List.of("revisionName", "configurationName")));
    } else if (revision.isEmpty() && configuration.isEmpty() && !ofService) {
      problems.add(Words.none(at, "revisionName", "configurationName"));
    }
    judgeName(revision, at.field("revisionName"));
    judgeName(configuration, at.field("configurationName"));
  }

  private void judgeName(String name, FieldPath at) {
    if (!name.isEmpty() && !Words.isQualifiedName(name)) {
      problems.add(
          Problem.invalid(
              at,
              name,
              "invalid key name: name part must consist of alphanumeric characters, '-', '_' or"
                  + " '.', and must start and end with an alphanumeric character"));
    }
  }

  private void judgePercent(JsonNode percent, FieldPath at) {
    if (percent.isMissingNode() || percent.isNull()) {
      return;
    }
    if (!percent.isIntegralNumber()) {
      problems.add(Problem.wrongType(at.field("percent"), percent, "must be a whole number"));
      return;
    }
    long value = percent.asLong();
    sum += value;
    if (value < 0 || value > WHOLE) {
      problems.add(Words.outOfBounds(at.field("percent"), value, 0, WHOLE));
    }
  }

  private void judgeTag(String tag, FieldPath at, int index) {
    if (tag.isEmpty()) {
      return;
    }
    if (!Words.isLabel1035(tag)) {
      problems.add(Problem.invalid(at.field("tag"), tag, Words.notLabel(tag)));
    }
    Integer first = tags.putIfAbsent(tag, index);
    if (first != null) {
      FieldPath here = at.field("tag");
      String both = here + ", " + AT.index(first).field("tag");
      problems.add(Problem.invalid(here, tag, "Multiple definitions for \"" + tag + "\": " + both));
    }
  }
}
