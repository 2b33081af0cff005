package dev.slipway.api.trainer;

import dev.slipway.api.KindRules;
import dev.slipway.base.FieldPath;
import dev.slipway.base.Json;
import dev.slipway.base.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A TrainingRuntime or a ClusterTrainingRuntime before it is stored.
///
/// Source: `pkg/webhooks/trainingruntime_webhook.go`, `clustertrainingruntime_webhook.go`.
public final class RuntimeRules implements KindRules {
  private static final FieldPath JOBS = FieldPath.of("spec", "template", "spec", "replicatedJobs");
  private static final Map<String, String> CONTAINERS =
      Map.of(
          Trainer.TRAINER, Trainer.NODE,
          Trainer.MODEL, Trainer.MODEL,
          Trainer.DATASET, Trainer.DATASET);
  private static final String POLICY =
      "See runtime deprecation policy: https://trainer.kubeflow.org/en/latest/operator-guides/"
          + "runtime.html#runtime-deprecation-policy";

  private final String kind;

  RuntimeRules(String kind) {
    this.kind = kind;
  }

  @Override
  public String group() {
    return Trainer.GROUP;
  }

  @Override
  public String kind() {
    return kind;
  }

  /// What users of a runtime that goes away are told; empty for one that stays.
  static String deprecation(JsonNode runtime, String opening) {
    return Json.text(runtime, "metadata", "labels", Trainer.SUPPORT).equals("deprecated")
        ? opening
            + " \""
            + Json.text(runtime, "metadata", "name")
            + "\" is deprecated and will be removed in a future release of Kubeflow Trainer. "
            + POLICY
        : "";
  }

  @Override
  public List<Problem> judge(Admitting admitting, ObjectNode object) {
    if (admitting.before().isEmpty()) {
      String told = deprecation(object, kind);
      if (!told.isEmpty()) {
        admitting.warnings().accept(told);
      }
    }
    var problems = new ArrayList<Problem>();
    if (object.path("spec").path("mlPolicy").has("flux")) {
      problems.add(
          Problem.forbidden(
              FieldPath.of("spec", "mlPolicy", "flux"),
              "flux is not carried out on this platform; use torch, mpi, jax or xgboost"));
    }
    int position = 0;
    for (JsonNode entry : Json.at(object, "spec", "template", "spec", "replicatedJobs")) {
      entry(entry, JOBS.index(position++), problems);
    }
    return problems;
  }

  private static void entry(JsonNode entry, FieldPath at, List<Problem> problems) {
    String ancestor = Trainer.ancestor(entry);
    String container = CONTAINERS.getOrDefault(ancestor, "");
    if (container.isEmpty()) {
      return;
    }
    int replicas = entry.path("replicas").asInt(1);
    if (replicas != 1) {
      problems.add(Problem.invalid(at.field("replicas"), replicas, "always must be 1"));
    }
    boolean there = false;
    for (JsonNode each : Trainer.pod(entry).path("containers")) {
      there |= Json.text(each, "name").equals(container);
    }
    if (!there) {
      problems.add(
          Problem.invalid(
              at.field("template", "spec", "template", "spec", "containers"),
              Trainer.containers(entry),
              "must contain the required container for the ancestor: " + ancestor));
    }
  }
}
