package dev.slipway.node;

import dev.slipway.base.Json;
import dev.slipway.control.Cluster;
import dev.slipway.control.Kinds;
import dev.slipway.control.Resource;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/// Tells the API, as a kubelet does: statuses, and the deletion of a pod that has ended.
record ApiReports(Cluster cluster) implements PodReports {
  @Override
  public Resource status(Resource pod, ObjectNode status) {
    var whole = Json.object();
    whole.setAll(pod.tree());
    var metadata = Json.object();
    if (pod.at("metadata") instanceof ObjectNode present) {
      metadata.setAll(present);
    }
    metadata.remove(List.of("resourceVersion", "managedFields"));
    whole.set("metadata", metadata);
    whole.set("status", status);
    return cluster.updateStatus(Kinds.POD, whole);
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
