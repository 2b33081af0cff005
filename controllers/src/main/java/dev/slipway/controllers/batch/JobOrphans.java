package dev.slipway.controllers.batch;

import dev.slipway.base.Json;
import dev.slipway.control.Kind;
import dev.slipway.control.Kinds;
import dev.slipway.control.Observed;
import dev.slipway.control.Plan;
import dev.slipway.control.Reconciler;
import dev.slipway.control.Resource;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// Takes the mark off pods whose Job is gone, has ended, or has let them go: nobody will count
/// them.
///
/// Source: `pkg/controller/job/job_controller.go`, `syncOrphanPod`.
final class JobOrphans implements Reconciler {
  @Override
  public Kind kind() {
    return Kinds.POD;
  }

  @Override
  public String name() {
    return "job-orphan-controller";
  }

  @Override
  public Set<Kind> children() {
    return Set.of();
  }

  @Override
  public Plan plan(Resource pod, Observed observed) {
    var plan = new Plan();
    if (JobPods.tracked(pod) && isOrphan(pod, observed)) {
      JobPods.letGo(pod, plan);
    }
    return plan;
  }

  private static boolean isOrphan(Resource pod, Observed observed) {
    Optional<JsonNode> owner = controller(pod);
    if (owner.isEmpty()) {
      return true;
    }
    var apiVersion = Json.text(owner.get(), "apiVersion");
    if (!Json.text(owner.get(), "kind").equals("Job")
        || !apiVersion.equals(Kinds.JOB.apiVersion())) {
      return false;
    }
    var job =
        observed
            .find(Kinds.JOB.key(pod.namespace(), Json.text(owner.get(), "name")))
            .filter(found -> found.uid().equals(Json.text(owner.get(), "uid")));
    return job.isEmpty()
        || (JobConditions.end(job.get()).isPresent() && !isManagedElsewhere(job.get()));
  }

  private static boolean isManagedElsewhere(Resource job) {
    var manager = job.text("spec", "managedBy");
    return !manager.isEmpty() && !manager.equals("kubernetes.io/job-controller");
  }

  private static Optional<JsonNode> controller(Resource pod) {
    for (var owner : pod.at("metadata", "ownerReferences")) {
      if (owner.path("controller").asBoolean(false)) {
        return Optional.of(owner);
      }
    }
    return Optional.empty();
  }
}
