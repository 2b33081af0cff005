package dev.slipway.node;

import dev.slipway.base.Json;
import dev.slipway.control.Cluster;
import dev.slipway.control.Resource;
import tools.jackson.databind.node.ObjectNode;

/// Tells the API, as a kubelet does: what differs in the status and nothing else, and the deletion
/// of a pod that has ended.
record ApiReports(Cluster cluster) implements PodReports {
  @Override
  public Resource status(Resource pod, ObjectNode status) {
    var patch = Json.object();
    patch.putObject("metadata").put("uid", pod.uid());
    patch.set("status", StatusPatch.between(pod.status(), status));
    return cluster.mergePatch(pod.key(), "status", patch);
  }

  @Override
  public void ended(Resource pod, ObjectNode status) {
    if (!pod.at("metadata", "finalizers").isEmpty()) {
      status(pod, status);
    }
    var options = Json.object().put("gracePeriodSeconds", 0);
    options.putObject("preconditions").put("uid", pod.uid());
    cluster.delete(pod.key(), options);
  }
}
