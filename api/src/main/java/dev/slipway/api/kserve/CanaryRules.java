package dev.slipway.api.kserve;

import dev.slipway.base.FieldPath;
import dev.slipway.base.Json;
import dev.slipway.base.Problem;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Named canaries (`spec.canary`): predictors beside the stable one, each with a share of requests.
final class CanaryRules {
  private static final List<String> FIXED = List.of("scaleTarget", "scaleMetric", "autoScaling");

  private final JudgedService service;
  private final List<Problem> problems;
  private final JsonNode stable;
  private final Set<String> names = new HashSet<>();

  private CanaryRules(JudgedService service, JsonNode stable, List<Problem> problems) {
    this.service = service;
    this.stable = stable;
    this.problems = problems;
  }

  static void judge(ObjectNode object, JudgedService service, List<Problem> problems) {
    JsonNode canaries = object.path("spec").path("canary");
    if (canaries.isEmpty()) {
      return;
    }
    JsonNode stable = object.path("spec").path("predictor");
    FieldPath at = FieldPath.of("spec", "canary");
    if (!stable.path("model").isObject() && StorageRules.location(stable).isEmpty()) {
      problems.add(
          Problem.forbidden(
              at,
              "canary requires a stable predictor with a model (multi-model serving is not"
                  + " supported with canary)"));
    }
    var rules = new CanaryRules(service, stable, problems);
    long total = 0;
    for (int i = 0; i < canaries.size(); i++) {
      total += rules.canary(canaries.path(i), at.index(i), i);
    }
    if (total > 100) {
      problems.add(
          Problem.invalid(
              at, total, "sum of canary trafficPercent values (" + total + ") must be <= 100"));
    }
  }

  private long canary(JsonNode canary, FieldPath at, int position) {
    String name = Json.text(canary, "predictor", "name");
    FieldPath nameAt = at.field("predictor", "name");
    if (name.isEmpty()) {
      problems.add(Problem.required(nameAt, "canary[" + position + "] predictor.name is required"));
    } else if (!names.add(name)) {
      problems.add(
          Problem.invalid(nameAt, name, "canary predictor.name \"" + name + "\" is duplicated"));
    } else if (name.equals(Json.text(stable, "name"))) {
      problems.add(
          Problem.invalid(
              nameAt,
              name,
              "canary predictor.name \"" + name + "\" conflicts with stable predictor name"));
    }
    if (canary.path("predictor") instanceof ObjectNode predictor) {
      service.judge(predictor, at.field("predictor"), "PredictorSpec");
      fixed(predictor, at.field("predictor"), name);
      minReplicas(predictor, at.field("predictor"), name);
    }
    return percent(canary, at, name);
  }

  private long percent(JsonNode canary, FieldPath at, String name) {
    long percent = canary.path("trafficPercent").asLong(0);
    if (!canary.has("trafficPercent")) {
      problems.add(Problem.required(at.field("trafficPercent"), "the canary's share of requests"));
    } else if (percent < 0 || percent > 100) {
      problems.add(
          Problem.invalid(
              at.field("trafficPercent"),
              percent,
              "canary \"" + name + "\" trafficPercent must be between 0 and 100, got " + percent));
    }
    return percent;
  }

  private void fixed(ObjectNode predictor, FieldPath at, String name) {
    if (predictor.has("workerSpec")) {
      problems.add(
          Problem.forbidden(
              at.field("workerSpec"),
              "canary \""
                  + name
                  + "\" must not set workerSpec (multi-node is not yet supported for canary)"));
    }
    if (predictor.path("maxReplicas").asLong(0) > 0) {
      mustNot(at, name, "maxReplicas");
    }
    for (String field : FIXED) {
      if (predictor.has(field)) {
        mustNot(at, name, field);
      }
    }
  }

  private void mustNot(FieldPath at, String name, String field) {
    problems.add(
        Problem.forbidden(
            at.field(field),
            "canary \"" + name + "\" must not set " + field + " (canary uses fixed replicas)"));
  }

  private void minReplicas(ObjectNode predictor, FieldPath at, String name) {
    long most = stable.path("minReplicas").asLong(1);
    long given = predictor.path("minReplicas").asLong(0);
    if (given > most) {
      problems.add(
          Problem.invalid(
              at.field("minReplicas"),
              given,
              "canary \""
                  + name
                  + "\" minReplicas ("
                  + given
                  + ") must not exceed stable predictor minReplicas ("
                  + most
                  + ")"));
    }
  }
}
