package dev.slipway.controllers.apps;

import dev.slipway.base.Json;
import dev.slipway.control.Conditions;
import dev.slipway.control.Kind;
import dev.slipway.control.Kinds;
import dev.slipway.control.Observed;
import dev.slipway.control.Plan;
import dev.slipway.control.Reconciler;
import dev.slipway.control.Resource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ObjectNode;

/// Keeps as many pods of a template as asked for.
public final class ReplicaSetReconciler implements Reconciler {
  /// Pods made or ended in one go.
  private static final int BURST = 500;

  @Override
  public Kind kind() {
    return Kinds.REPLICA_SET;
  }

  @Override
  public Set<Kind> children() {
    return Set.of(Kinds.POD);
  }

  @Override
  public Plan plan(Resource set, Observed observed) {
    var plan = new Plan().spare(Kinds.POD).tellPods();
    var pods = observed.children(Kinds.POD);
    var active = pods.stream().filter(Pods::active).toList();
    if (!set.deleting()) {
      adjust(set, active, plan);
    }
    int minReady = set.spec().path("minReadySeconds").asInt(0);
    for (var pod : active) {
      Pods.untilAvailable(pod, minReady, observed.now()).ifPresent(plan::again);
    }
    return plan.status(status(set, pods, active, observed));
  }

  private static void adjust(Resource set, List<Resource> active, Plan plan) {
    int missing = ReplicaSets.wanted(set) - active.size();
    if (missing > 0) {
      for (int i = 0; i < Math.min(missing, BURST); i++) {
        plan.create(Kinds.POD, pod(set));
      }
    } else if (missing < 0) {
      Map<String, Long> crowd =
          active.stream()
              .collect(
                  Collectors.groupingBy(
                      pod -> pod.text("spec", "nodeName"), Collectors.counting()));
      active.stream()
          .sorted(Pods.leastWanted(crowd))
          .limit(Math.min(-missing, BURST))
          .forEach(plan::delete);
    }
  }

  private static ObjectNode pod(Resource set) {
    var template = set.spec().path("template") instanceof ObjectNode found ? found : Json.object();
    var pod = Pods.of(template, set.namespace());
    Json.ensureObject(pod, "metadata").put("generateName", set.name() + "-");
    return pod;
  }

  private static ObjectNode status(
      Resource set, List<Resource> pods, List<Resource> active, Observed observed) {
    int minReady = set.spec().path("minReadySeconds").asInt(0);
    var labels = Json.strings(set.spec(), "template", "metadata", "labels");
    var status = Json.object();
    status.put("replicas", active.size());
    count(
        status,
        "fullyLabeledReplicas",
        active.stream()
            .filter(pod -> pod.labels().entrySet().containsAll(labels.entrySet()))
            .count());
    count(status, "readyReplicas", active.stream().filter(Pods::ready).count());
    count(
        status,
        "availableReplicas",
        active.stream().filter(pod -> Pods.available(pod, minReady, observed.now())).count());
    status.put(
        "terminatingReplicas",
        (int) pods.stream().filter(pod -> pod.deleting() && !Pods.finished(pod)).count());
    status.put("observedGeneration", set.generation());
    var conditions = conditions(set, active.size(), observed);
    if (!conditions.isEmpty()) {
      status.set("conditions", conditions.toJson());
    }
    return status;
  }

  private static Conditions conditions(Resource set, int active, Observed observed) {
    var conditions = Conditions.of(set, observed.now());
    int missing = ReplicaSets.wanted(set) - active;
    var trouble = observed.refusals().stream().map(Observed.Refusal::message).findFirst();
    if (missing != 0 && trouble.isPresent()) {
      var reason = missing > 0 ? "FailedCreate" : "FailedDelete";
      var told = set.conditionNode("ReplicaFailure");
      if (set.isTrue("ReplicaFailure") && Json.text(told, "reason").equals(reason)) {
        // The next attempt names another pod: to tell each would be news, and the next attempt.
        return conditions;
      }
      return conditions.set("ReplicaFailure", "True", reason, trouble.get());
    }
    return missing == 0 ? conditions.remove("ReplicaFailure") : conditions;
  }

  private static void count(ObjectNode status, String field, long value) {
    if (value > 0) {
      status.put(field, (int) value);
    }
  }
}
