package dev.slipway.controllers.training;

import dev.slipway.api.training.TrainingDefaults;
import dev.slipway.api.training.TrainingKind;
import dev.slipway.base.Json;
import dev.slipway.control.Kind;
import dev.slipway.control.Resource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A training job as its controller reads it, defaults filled in.
///
/// @param replicas in the order they are made
record TrainingJob(
    TrainingKind kind,
    Resource object,
    ObjectNode spec,
    List<ReplicaSpec> replicas,
    RunPolicy policy) {
  static final String JOB_NAME = "training.kubeflow.org/job-name";
  static final String OPERATOR_NAME = "training.kubeflow.org/operator-name";
  static final String REPLICA_TYPE = "training.kubeflow.org/replica-type";
  static final String REPLICA_INDEX = "training.kubeflow.org/replica-index";
  static final String JOB_ROLE = "training.kubeflow.org/job-role";

  /// Of pods of MPIJobs, as the MPI operator names it; Katib's own example finds the launcher by
  /// it.
  static final String MPI_ROLE = "mpi-job-role";

  TrainingJob {
    replicas = List.copyOf(replicas);
  }

  /// One type of replicas.
  ///
  /// @param type `Worker`
  /// @param restartPolicy `Always`, `ExitCode`, `Never` or `OnFailure`
  record ReplicaSpec(String type, int count, String restartPolicy, JsonNode template) {
    /// As names and labels have it.
    String lower() {
      return type.toLowerCase(Locale.ROOT);
    }

    boolean never() {
      return restartPolicy.equals("Never");
    }

    boolean byExitCode() {
      return restartPolicy.equals("ExitCode");
    }

    /// A container of the template; a missing node where none has the name.
    JsonNode container(String name) {
      for (JsonNode each : Json.at(template, "spec", "containers")) {
        if (Json.text(each, "name").equals(name)) {
          return each;
        }
      }
      return template.path("\0");
    }
  }

  static Kind apiKind(TrainingKind kind) {
    return Kind.namespaced(TrainingKind.GROUP, "v1", kind.kind(), kind.plural());
  }

  static TrainingJob of(TrainingKind kind, Resource object) {
    ObjectNode copy = object.copy();
    TrainingDefaults.complete(kind, copy);
    ObjectNode spec = copy.path("spec") instanceof ObjectNode given ? given : Json.object();
    var replicas = new ArrayList<ReplicaSpec>();
    for (String type : kind.replicas().types()) {
      JsonNode each = spec.path(kind.replicas().field()).path(type);
      if (each.isObject()) {
        replicas.add(
            new ReplicaSpec(
                type,
                each.path("replicas").asInt(1),
                Json.text(each, "restartPolicy"),
                each.path("template")));
      }
    }
    return new TrainingJob(kind, object, spec, replicas, RunPolicy.of(spec.path("runPolicy")));
  }

  String name() {
    return object.name();
  }

  String namespace() {
    return object.namespace();
  }

  Optional<ReplicaSpec> replica(String type) {
    return replicas.stream().filter(each -> each.type().equals(type)).findFirst();
  }

  boolean has(String type) {
    return replica(type).isPresent();
  }

  int count(String type) {
    return replica(type).map(ReplicaSpec::count).orElse(0);
  }

  /// Of all types.
  int total() {
    return replicas.stream().mapToInt(ReplicaSpec::count).sum();
  }

  /// The name of a replica's pod and Service.
  String replicaName(String type, int index) {
    return kind == TrainingKind.MPI_JOB && type.equals("Launcher")
        ? name() + "-launcher"
        : name() + "-" + type.toLowerCase(Locale.ROOT) + "-" + index;
  }

  /// The port by which peers reach replicas of a type.
  int port(String type) {
    var container = kind.container();
    for (JsonNode port :
        replica(type)
            .map(each -> each.container(container.name()).path("ports"))
            .orElse(Json.array())) {
      if (Json.text(port, "name").equals(container.portName())) {
        return port.path("containerPort").asInt(container.port());
      }
    }
    return container.port();
  }

  /// Of everything that belongs to the job.
  Map<String, String> labels() {
    return Map.of(JOB_NAME, name(), OPERATOR_NAME, kind.controller());
  }

  Map<String, String> labels(ReplicaSpec replica) {
    var all = new TreeMap<>(labels());
    all.put(REPLICA_TYPE, replica.lower());
    return all;
  }

  /// Whether a replica leads the others.
  boolean leads(String type, int index) {
    return switch (kind) {
      case TF_JOB ->
          (has("Chief") || has("Master"))
              ? type.equals("Chief") || type.equals("Master")
              : type.equals("Worker") && index == 0;
      case PYTORCH_JOB ->
          has("Master") ? type.equals("Master") : type.equals("Worker") && index == 0;
      case MPI_JOB -> type.equals("Launcher");
      case XGBOOST_JOB, PADDLE_JOB -> type.equals("Master");
      case JAX_JOB -> index == 0;
    };
  }

  /// Whether a failed worker is nobody else's trouble.
  boolean dynamicWorkers() {
    return kind == TrainingKind.TF_JOB && spec.path("enableDynamicWorker").asBoolean(false);
  }

  boolean elastic() {
    return spec.path("elasticPolicy").isObject()
        && (kind == TrainingKind.PYTORCH_JOB || kind == TrainingKind.PADDLE_JOB);
  }

  /// The least number of workers an elastic job goes on with.
  int leastWorkers() {
    return spec.path("elasticPolicy").path("minReplicas").asInt(count("Worker"));
  }

  int mostWorkers() {
    return spec.path("elasticPolicy").path("maxReplicas").asInt(count("Worker"));
  }
}
