package dev.slipway.controllers.training;

import dev.slipway.api.training.TrainingKind;
import dev.slipway.base.Json;
import dev.slipway.controllers.core.Gangs;
import dev.slipway.controllers.training.TrainingJob.ReplicaSpec;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The pod and the Service of one replica.
final class ReplicaDesired {
  private final TrainingJob job;
  private final TrainingSettings settings;

  ReplicaDesired(TrainingJob job, TrainingSettings settings) {
    this.job = job;
    this.settings = settings;
  }

  ObjectNode pod(ReplicaSpec replica, int index) {
    ObjectNode pod = Json.object().put("apiVersion", "v1").put("kind", "Pod");
    ObjectNode metadata =
        pod.putObject("metadata")
            .put("name", job.replicaName(replica.type(), index))
            .put("namespace", job.namespace());
    for (var part : new String[] {"labels", "annotations", "finalizers"}) {
      JsonNode given = Json.at(replica.template(), "metadata", part);
      if (!given.isEmpty()) {
        metadata.set(part, given.deepCopy());
      }
    }
    ObjectNode labels = Json.ensureObject(metadata, "labels");
    labels(replica, index).forEach(labels::put);
    if (job.leads(replica.type(), index)) {
      labels.put(TrainingJob.JOB_ROLE, "master");
    }
    if (job.kind() == TrainingKind.MPI_JOB) {
      labels.put(TrainingJob.MPI_ROLE, replica.type().toLowerCase(Locale.ROOT));
    }
    gang(replica, metadata);
    ObjectNode spec =
        replica.template().path("spec") instanceof ObjectNode given
            ? given.deepCopy()
            : Json.object();
    spec.put("restartPolicy", replica.byExitCode() ? "Never" : replica.restartPolicy());
    pod.set("spec", spec);
    if (job.kind() == TrainingKind.MPI_JOB) {
      new MpiDesired(job).furnish(replica, spec);
    } else {
      Injected.into(job, replica, index, settings, spec);
    }
    return pod;
  }

  private Map<String, String> labels(ReplicaSpec replica, int index) {
    var all = job.labels(replica);
    if (!replica.type().equals("Launcher")) {
      all.put(TrainingJob.REPLICA_INDEX, Integer.toString(index));
    }
    return all;
  }

  /// All pods of a job start together or none does. Launchers follow when the others run.
  private void gang(ReplicaSpec replica, ObjectNode metadata) {
    int least = leastTogether();
    if (least > 1 && !replica.type().equals("Launcher")) {
      Json.ensureObject(metadata, "annotations")
          .put(Gangs.NAME, job.name())
          .put(Gangs.LEAST, Integer.toString(least));
    }
  }

  private int leastTogether() {
    int total = job.total();
    int workers = job.count("Worker");
    int without =
        switch (job.kind()) {
          case MPI_JOB -> workers;
          case PYTORCH_JOB, PADDLE_JOB ->
              job.elastic() ? total - workers + Math.min(workers, job.leastWorkers()) : total;
          case TF_JOB -> job.dynamicWorkers() ? total - workers + Math.min(workers, 1) : total;
          case XGBOOST_JOB, JAX_JOB -> total;
        };
    int asked = job.policy().minAvailable().orElse(without);
    return job.kind() == TrainingKind.MPI_JOB && asked <= total ? Math.min(asked, workers) : asked;
  }

  /// Headless, of one pod.
  ObjectNode service(ReplicaSpec replica, int index) {
    ObjectNode service = Json.object().put("apiVersion", "v1").put("kind", "Service");
    ObjectNode metadata =
        service
            .putObject("metadata")
            .put("name", job.replicaName(replica.type(), index))
            .put("namespace", job.namespace());
    labels(replica, index).forEach(metadata.putObject("labels")::put);
    ObjectNode spec = service.putObject("spec").put("clusterIP", "None");
    labels(replica, index).forEach(spec.putObject("selector")::put);
    var ports = spec.putArray("ports");
    for (JsonNode each : replica.container(job.kind().container().name()).path("ports")) {
      ObjectNode port = ports.addObject();
      if (!Json.text(each, "name").isEmpty()) {
        port.put("name", Json.text(each, "name"));
      }
      port.put("port", each.path("containerPort").asInt());
    }
    return service;
  }
}
