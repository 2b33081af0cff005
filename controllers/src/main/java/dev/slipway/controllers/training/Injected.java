package dev.slipway.controllers.training;

import dev.slipway.base.Json;
import dev.slipway.controllers.training.TrainingJob.ReplicaSpec;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The variables by which a replica learns who it is and where its peers are.
///
/// Source: `envvar.go` of each kind, `tensorflow.go`, `elastic.go`, `xgboost.go`; names, values and
/// their order are those.
final class Injected {
  private final TrainingJob job;
  private final ReplicaSpec replica;
  private final int index;
  private final ArrayNode env = Json.array();

  private Injected(TrainingJob job, ReplicaSpec replica, int index) {
    this.job = job;
    this.replica = replica;
    this.index = index;
  }

  /// @param pod the pod's spec, changed in place
  static void into(
      TrainingJob job, ReplicaSpec replica, int index, TrainingSettings settings, ObjectNode pod) {
    var injected = new Injected(job, replica, index);
    switch (job.kind()) {
      case TF_JOB -> injected.tensorflow(settings);
      case PYTORCH_JOB -> injected.pytorch();
      case XGBOOST_JOB -> injected.xgboost();
      case PADDLE_JOB -> injected.paddle();
      case JAX_JOB -> injected.jax();
      case MPI_JOB -> {}
    }
    for (JsonNode each : pod.path("containers")) {
      if (each instanceof ObjectNode container && injected.concerns(container)) {
        container.withArray("env").addAll(injected.env.deepCopy());
      }
    }
  }

  /// TF_CONFIG is for the container that trains, all else for all.
  private boolean concerns(ObjectNode container) {
    return !env.isEmpty()
        && switch (job.kind()) {
          case TF_JOB -> Json.text(container, "name").equals(job.kind().container().name());
          case PYTORCH_JOB, XGBOOST_JOB, PADDLE_JOB, JAX_JOB -> true;
          case MPI_JOB -> false;
        };
  }

  private Injected put(String name, String value) {
    env.addObject().put("name", name).put("value", value);
    return this;
  }

  private Injected put(String name, int value) {
    return put(name, Integer.toString(value));
  }

  /// A job of one pod trains alone.
  private void tensorflow(TrainingSettings settings) {
    if (job.total() != 1) {
      put("TF_CONFIG", TfConfig.of(job, settings, replica, index));
    }
  }

  /// Masters first.
  private int rank() {
    return replica.type().equals("Worker") ? index + job.count("Master") : index;
  }

  private void pytorch() {
    put("PYTHONUNBUFFERED", 1);
    JsonNode nproc = job.spec().path("nprocPerNode");
    if (job.has("Master")) {
      String master = job.replicaName("Master", 0);
      int port = job.port("Master");
      put("MASTER_PORT", port).put("PET_MASTER_PORT", port);
      put("MASTER_ADDR", master).put("PET_MASTER_ADDR", master);
      put("WORLD_SIZE", job.total() * nproc.asInt(1));
      put("RANK", rank()).put("PET_NODE_RANK", rank());
    }
    if (nproc.isString()) {
      put("PET_NPROC_PER_NODE", nproc.stringValue());
    }
    if (job.elastic()) {
      rendezvous(job.spec().path("elasticPolicy"));
    } else {
      put("PET_NNODES", job.total());
    }
  }

  private void rendezvous(JsonNode policy) {
    String host = Json.text(policy, "rdzvHost");
    put(
        "PET_RDZV_ENDPOINT",
        (host.isEmpty() ? job.replicaName("Worker", 0) : host)
            + ":"
            + policy.path("rdzvPort").asInt(job.port("Worker")));
    put("PET_RDZV_BACKEND", policy.path("rdzvBackend").asString("c10d"));
    put("PET_NNODES", job.leastWorkers() + ":" + job.mostWorkers());
    if (policy.hasNonNull("maxRestarts")) {
      put("PET_MAX_RESTARTS", policy.path("maxRestarts").asInt());
    }
    if (policy.hasNonNull("nProcPerNode")) {
      put("PET_NPROC_PER_NODE", policy.path("nProcPerNode").asInt());
    }
    if (policy.hasNonNull("rdzvId")) {
      put("PET_RDZV_ID", Json.text(policy, "rdzvId"));
    }
    if (!policy.path("rdzvConf").isEmpty()) {
      List<String> pairs =
          policy.path("rdzvConf").values().stream()
              .map(each -> Json.text(each, "key") + "=" + Json.text(each, "value"))
              .toList();
      put("PET_RDZV_CONF", String.join(",", pairs));
    }
    if (policy.path("standalone").asBoolean(false)) {
      put("PET_STANDALONE", "");
    }
  }

  private void xgboost() {
    put("MASTER_PORT", job.port("Master")).put("MASTER_ADDR", job.replicaName("Master", 0));
    put("WORLD_SIZE", job.total()).put("RANK", rank()).put("PYTHONUNBUFFERED", 1);
    if (job.total() > 1) {
      var workers = new ArrayList<String>();
      for (int i = 0; i < job.total() - 1; i++) {
        workers.add(job.replicaName("Worker", i));
      }
      put("WORKER_PORT", job.port("Worker")).put("WORKER_ADDRS", String.join(",", workers));
    }
  }

  /// The replica that the others meet at says where by its own address.
  private void paddle() {
    put("PYTHONUNBUFFERED", 1).put("PADDLE_JOB_ID", job.name());
    put("PADDLE_NNODES", job.total());
    String meeting = job.has("Master") ? "Master" : "Worker";
    int port = job.port(meeting);
    if (index == 0 && replica.type().equals(meeting)) {
      env.addObject()
          .put("name", "POD_IP_DUMMY")
          .putObject("valueFrom")
          .putObject("fieldRef")
          .put("fieldPath", "status.podIP");
      put("PADDLE_MASTER", "$(POD_IP_DUMMY):" + port);
    } else {
      put("PADDLE_MASTER", job.replicaName(meeting, 0) + ":" + port);
    }
    if (job.has("Master")) {
      put(replica.type().equals("Master") ? "PADDLE_SERVER_NUM" : "PADDLE_TRAINER_NUM", 1);
    }
  }

  private void jax() {
    put("PYTHONUNBUFFERED", 1).put("COORDINATOR_PORT", job.port("Worker"));
    put("COORDINATOR_ADDRESS", job.replicaName("Worker", 0));
    put("NUM_PROCESSES", job.total()).put("PROCESS_ID", index);
  }
}
