package dev.slipway.controllers.apps;

import dev.slipway.base.Json;
import dev.slipway.control.Observed;
import dev.slipway.control.Plan;
import dev.slipway.control.Resource;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/// How many pods a StatefulSet has, of which revision, and how many answer.
final class StatefulStatus {
  private StatefulStatus() {}

  static ObjectNode of(
      Resource set,
      StatefulRevisions revisions,
      StatefulSetReconciler.Ordinals ordinals,
      Observed observed,
      Plan plan) {
    int minReady = set.spec().path("minReadySeconds").asInt(0);
    List<Resource> pods = ordinals.pods().stream().filter(pod -> !Pods.finished(pod)).toList();
    var live = pods.stream().filter(Pods::active).toList();
    live.forEach(pod -> Pods.untilAvailable(pod, minReady, observed.now()).ifPresent(plan::again));
    int ready = (int) live.stream().filter(Pods::ready).count();
    int updated = of(live, revisions.update());
    int wanted = ReplicaSets.wanted(set);
    boolean done = updated == wanted && ready == wanted && pods.size() == wanted;
    var status = Json.object();
    status.put("observedGeneration", set.generation());
    status.put("replicas", pods.size());
    count(status, "readyReplicas", ready);
    status.put(
        "availableReplicas",
        (int) live.stream().filter(pod -> Pods.available(pod, minReady, observed.now())).count());
    count(status, "currentReplicas", done ? updated : of(live, revisions.current()));
    count(status, "updatedReplicas", updated);
    status.put("currentRevision", done ? revisions.update() : revisions.current());
    status.put("updateRevision", revisions.update());
    status.put("collisionCount", set.status().path("collisionCount").asInt(0));
    return status;
  }

  private static int of(List<Resource> pods, String revision) {
    return (int)
        pods.stream().filter(pod -> pod.label(StatefulRevisions.LABEL).equals(revision)).count();
  }

  private static void count(ObjectNode status, String field, int value) {
    if (value > 0) {
      status.put(field, value);
    }
  }
}
