package dev.slipway.controllers.batch;

import dev.slipway.base.Json;
import dev.slipway.control.Kind;
import dev.slipway.control.Kinds;
import dev.slipway.control.Observed;
import dev.slipway.control.Plan;
import dev.slipway.control.Reconciler;
import dev.slipway.control.Resource;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;

/// Runs a Job's pods to their end.
///
/// Source: `pkg/controller/job`, `pkg/controller/ttlafterfinished`.
public final class JobReconciler implements Reconciler {
  /// What `spec.managedBy` names this controller.
  private static final String MANAGER = "kubernetes.io/job-controller";

  @Override
  public Kind kind() {
    return Kinds.JOB;
  }

  @Override
  public String name() {
    return "job-controller";
  }

  @Override
  public Set<Kind> children() {
    return Set.of(Kinds.POD);
  }

  @Override
  public int workers() {
    return 16;
  }

  @Override
  public Plan plan(Resource job, Observed observed) {
    var plan = new Plan().spare(Kinds.POD).tellPods().statusAfterChanges();
    if (JobConditions.end(job).isPresent()) {
      expire(job, observed.now(), plan);
      return plan;
    }
    var manager = job.text("spec", "managedBy");
    if (!manager.isEmpty() && !manager.equals(MANAGER)) {
      return plan;
    }
    var claim = JobClaim.of(job, observed);
    if (claim.changes(plan)) {
      return plan;
    }
    new JobStep(job, claim.pods(), observed, plan).run();
    return plan;
  }

  /// A Job that has ended is deleted after `ttlSecondsAfterFinished`, with its pods.
  private static void expire(Resource job, Instant now, Plan plan) {
    var seconds = job.spec().path("ttlSecondsAfterFinished");
    var ended = Json.text(JobConditions.end(job).orElseThrow(), "lastTransitionTime");
    if (!seconds.isNumber() || job.deleting() || ended.isEmpty()) {
      return;
    }
    var left = Duration.between(now, Instant.parse(ended).plusSeconds(seconds.asLong()));
    if (left.isPositive()) {
      plan.again(left);
    } else {
      plan.delete(job, Json.object().put("propagationPolicy", "Foreground"));
    }
  }
}
