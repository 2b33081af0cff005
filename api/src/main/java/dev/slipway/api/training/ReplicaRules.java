package dev.slipway.api.training;

import dev.slipway.base.FieldPath;
import dev.slipway.base.Json;
import dev.slipway.base.Problem;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// Judges the replicas of a job: their types, numbers and containers.
final class ReplicaRules {
  private static final List<String> RESTARTS = List.of("Always", "ExitCode", "Never", "OnFailure");

  private final TrainingKind kind;
  private final List<Problem> problems;
  private final FieldPath path;

  ReplicaRules(TrainingKind kind, List<Problem> problems) {
    this.kind = kind;
    this.problems = problems;
    this.path = FieldPath.of("spec", kind.replicas().field());
  }

  void judge(JsonNode replicas) {
    if (!replicas.isObject()) {
      problems.add(Problem.required(path, "must be required"));
    }
    for (var each : replicas.properties()) {
      type(each.getKey());
      replica(path.key(each.getKey()), each.getKey(), each.getValue());
    }
    switch (kind) {
      case TF_JOB -> {
        if (replicas.has("Chief") && replicas.has("Master")) {
          problems.add(Problem.forbidden(path, "must not have more than 1 Chief or Master role"));
        }
      }
      case XGBOOST_JOB -> present(replicas, "Master");
      case MPI_JOB -> present(replicas, "Launcher");
      case PYTORCH_JOB, PADDLE_JOB, JAX_JOB -> {}
    }
  }

  private void present(JsonNode replicas, String type) {
    if (!replicas.has(type)) {
      problems.add(Problem.required(path.key(type), "must be present"));
    }
  }

  private void type(String type) {
    if (!kind.replicas().types().contains(type)) {
      problems.add(Problem.notSupported(path.key(type), type, kind.replicas().types()));
    }
  }

  private void replica(FieldPath at, String type, JsonNode replica) {
    FieldPath containers = at.field("template", "spec", "containers");
    JsonNode given = Json.at(replica, "template", "spec", "containers");
    if (given.isEmpty()) {
      problems.add(Problem.required(containers, "must be specified"));
    }
    boolean trains = kind == TrainingKind.MPI_JOB;
    for (int i = 0; i < given.size(); i++) {
      if (Json.text(given.get(i), "image").isEmpty()) {
        problems.add(Problem.required(containers.index(i).field("image"), "must be required"));
      }
      trains |= Json.text(given.get(i), "name").equals(kind.container().name());
    }
    if (!trains) {
      String name = kind.container().name();
      problems.add(
          Problem.required(
              containers,
              "must have at least one container with name "
                  + (kind == TrainingKind.PADDLE_JOB ? '"' + name + '"' : name)));
    }
    number(at, type, replica.path("replicas"));
    String restart = Json.text(replica, "restartPolicy");
    if (!restart.isEmpty() && !RESTARTS.contains(restart)) {
      problems.add(Problem.notSupported(at.field("restartPolicy"), restart, RESTARTS));
    }
  }

  private void number(FieldPath at, String type, JsonNode replicas) {
    if (!replicas.isNumber()) {
      return;
    }
    boolean one =
        switch (kind) {
          case PYTORCH_JOB, XGBOOST_JOB -> type.equals("Master");
          case MPI_JOB -> type.equals("Launcher");
          case TF_JOB, PADDLE_JOB, JAX_JOB -> false;
        };
    if (one && replicas.asInt() != 1) {
      problems.add(Problem.forbidden(at.field("replicas"), "must be 1"));
    } else if (kind == TrainingKind.PYTORCH_JOB && replicas.asInt() < 1) {
      problems.add(Problem.forbidden(at.field("replicas"), "must be at least 1"));
    } else if (replicas.asInt() < 0) {
      problems.add(
          Problem.invalid(
              at.field("replicas"), replicas.asInt(), "must be greater than or equal to 0"));
    }
  }
}
