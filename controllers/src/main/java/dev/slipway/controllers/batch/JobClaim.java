package dev.slipway.controllers.batch;

import dev.slipway.base.Json;
import dev.slipway.control.Kinds;
import dev.slipway.control.Observed;
import dev.slipway.control.Plan;
import dev.slipway.control.Resource;
import dev.slipway.controllers.apps.Selector;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/// Which pods are a Job's: those it controls and selects. It adopts those it selects that nobody
/// controls, and lets go those it controls and no longer selects.
///
/// Source: `pkg/controller/controller_ref_manager.go`.
record JobClaim(
    Resource job, List<Resource> pods, List<Resource> orphans, List<Resource> strangers) {

  static JobClaim of(Resource job, Observed observed) {
    var selector = new Selector(job.spec().path("selector"));
    var own = observed.children(Kinds.POD);
    List<Resource> orphans =
        job.deleting()
            ? List.of()
            : observed.list(Kinds.POD, job.namespace(), selector.required()).stream()
                .filter(pod -> pod.controllerUid().isEmpty() && !pod.deleting())
                .filter(pod -> selector.matches(pod.labels()))
                .toList();
    return new JobClaim(
        job,
        own.stream().filter(pod -> selector.matches(pod.labels())).toList(),
        orphans,
        own.stream().filter(pod -> !selector.matches(pod.labels())).toList());
  }

  /// @return whether pods change hands; who they are is looked at again then
  boolean changes(Plan plan) {
    orphans.forEach(pod -> adopt(pod, plan));
    if (!job.deleting()) {
      strangers.forEach(pod -> release(pod, plan));
    }
    return !orphans.isEmpty() || (!strangers.isEmpty() && !job.deleting());
  }

  private void adopt(Resource pod, Plan plan) {
    var patch = Json.object();
    var metadata = patch.putObject("metadata").put("uid", pod.uid());
    var owners = metadata.putArray("ownerReferences");
    pod.at("metadata", "ownerReferences").forEach(each -> owners.add(each.deepCopy()));
    owners
        .addObject()
        .put("apiVersion", Kinds.JOB.apiVersion())
        .put("kind", Kinds.JOB.kind())
        .put("name", job.name())
        .put("uid", job.uid())
        .put("controller", true)
        .put("blockOwnerDeletion", true);
    var finalizers = metadata.putArray("finalizers");
    pod.at("metadata", "finalizers").forEach(each -> finalizers.add(each.deepCopy()));
    if (!JobPods.tracked(pod)) {
      finalizers.add(JobPods.TRACKING);
    }
    plan.change(pod.key(), "", patch);
  }

  private void release(Resource pod, Plan plan) {
    var patch = Json.object();
    ObjectNode metadata = patch.putObject("metadata").put("uid", pod.uid());
    var owners = metadata.putArray("ownerReferences");
    for (var each : pod.at("metadata", "ownerReferences")) {
      if (!Json.text(each, "uid").equals(job.uid())) {
        owners.add(each.deepCopy());
      }
    }
    var finalizers = metadata.putArray("finalizers");
    for (var each : pod.at("metadata", "finalizers")) {
      if (!each.asString("").equals(JobPods.TRACKING)) {
        finalizers.add(each.deepCopy());
      }
    }
    plan.change(pod.key(), "", patch);
  }
}
