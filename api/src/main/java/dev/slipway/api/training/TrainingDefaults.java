package dev.slipway.api.training;

import dev.slipway.base.Json;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Fills in what a job leaves open, and brings types of replicas into their usual case.
///
/// Source: `pkg/apis/kubeflow.org/v1/*_defaults.go`. There it happens in the operator and is not
/// stored; here the stored job shows it.
public final class TrainingDefaults {
  private final TrainingKind kind;
  private final ObjectNode spec;

  private TrainingDefaults(TrainingKind kind, ObjectNode spec) {
    this.kind = kind;
    this.spec = spec;
  }

  /// @param job changed in place
  public static void complete(TrainingKind kind, ObjectNode job) {
    if (job.get("spec") instanceof ObjectNode spec) {
      new TrainingDefaults(kind, spec).run();
    }
  }

  private void run() {
    cleanPodPolicy();
    if (spec.get(kind.replicas().field()) instanceof ObjectNode replicas) {
      types(replicas);
      replicas.properties().forEach(each -> replica(each.getKey(), each.getValue()));
    }
    switch (kind) {
      case TF_JOB -> absent(spec, "successPolicy", "");
      case PYTORCH_JOB -> pytorch();
      case PADDLE_JOB -> elastic();
      case MPI_JOB, XGBOOST_JOB, JAX_JOB -> {}
    }
  }

  private static void absent(ObjectNode object, String field, String value) {
    if (!object.hasNonNull(field)) {
      object.put(field, value);
    }
  }

  private void cleanPodPolicy() {
    String policy = Json.text(spec, "runPolicy", "cleanPodPolicy");
    if (kind == TrainingKind.MPI_JOB) {
      String old = Json.text(spec, "cleanPodPolicy");
      policy = policy.isEmpty() ? old : policy;
      spec.put("cleanPodPolicy", policy.isEmpty() ? "None" : policy);
    }
    if (!spec.hasNonNull("runPolicy") || spec.get("runPolicy").isObject()) {
      Json.ensureObject(spec, "runPolicy")
          .put("cleanPodPolicy", policy.isEmpty() ? "None" : policy);
    }
  }

  /// `WORKER` becomes `Worker`; where both are there, a manifest has been applied again.
  private void types(ObjectNode replicas) {
    for (String written : List.copyOf(replicas.propertyNames())) {
      String type = kind.type(written).orElse(written);
      if (!type.equals(written)) {
        replicas.set(type, replicas.get(written));
        replicas.remove(written);
      }
    }
  }

  private void replica(String type, JsonNode node) {
    if (!(node instanceof ObjectNode replica)) {
      return;
    }
    if (!replica.hasNonNull("replicas")) {
      boolean none = kind == TrainingKind.MPI_JOB && type.equals("Worker");
      replica.put("replicas", none ? 0 : 1);
    }
    if (Json.text(replica, "restartPolicy").isEmpty()) {
      replica.put("restartPolicy", kind.restartPolicy());
    }
    if (kind != TrainingKind.MPI_JOB) {
      port(Json.at(replica, "template", "spec", "containers"));
    }
  }

  /// The container that trains gets the port its peers expect; the first, where none is named so.
  private void port(JsonNode containers) {
    int index = 0;
    for (int i = containers.size() - 1; i >= 0; i--) {
      index = Json.text(containers.get(i), "name").equals(kind.container().name()) ? i : index;
    }
    if (containers.path(index) instanceof ObjectNode container) {
      for (JsonNode port : container.path("ports")) {
        if (Json.text(port, "name").equals(kind.container().portName())) {
          return;
        }
      }
      container
          .withArray("ports")
          .addObject()
          .put("name", kind.container().portName())
          .put("containerPort", kind.container().port())
          .put("protocol", "TCP");
    }
  }

  private void pytorch() {
    elastic();
    JsonNode nproc = spec.path("nprocPerNode");
    if (nproc.isNumber()) {
      spec.put("nprocPerNode", nproc.asString());
    } else if (!spec.path("elasticPolicy").hasNonNull("nProcPerNode")) {
      absent(spec, "nprocPerNode", "auto");
    }
  }

  /// A bound that is missing is the other one. Where both are, the workers' number holds, which may
  /// change: that is left open.
  private void elastic() {
    if (!(spec.get("elasticPolicy") instanceof ObjectNode policy)) {
      return;
    }
    JsonNode least = policy.path("minReplicas");
    JsonNode most = policy.path("maxReplicas");
    if (least.isNumber() && !most.isNumber()) {
      policy.set("maxReplicas", least.deepCopy());
    } else if (most.isNumber() && !least.isNumber()) {
      policy.set("minReplicas", most.deepCopy());
    }
  }
}
