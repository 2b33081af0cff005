package dev.slipway.controllers.training;

import dev.slipway.base.Json;
import dev.slipway.control.Kinds;
import dev.slipway.control.Plan;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The autoscaler of an elastic job that names metrics: it writes the number of workers through the
/// job's scale.
record ElasticDesired(TrainingJob job) {
  void keep(Plan plan) {
    if (wanted()) {
      plan.keep(Kinds.HORIZONTAL_POD_AUTOSCALER, autoscaler());
    }
  }

  private boolean wanted() {
    return job.elastic() && !metrics().isEmpty();
  }

  private JsonNode metrics() {
    return job.spec().path("elasticPolicy").path("metrics");
  }

  private ObjectNode autoscaler() {
    ObjectNode made = Json.object();
    made.putObject("metadata").put("name", job.name());
    ObjectNode spec = made.putObject("spec");
    spec.putObject("scaleTargetRef")
        .put("apiVersion", TrainingJob.apiKind(job.kind()).apiVersion())
        .put("kind", job.kind().kind())
        .put("name", job.name());
    spec.put("minReplicas", job.leastWorkers()).put("maxReplicas", job.mostWorkers());
    spec.set("metrics", metrics().deepCopy());
    return made;
  }
}
