package dev.slipway.controllers.policy;

import dev.slipway.base.Json;
import dev.slipway.control.Conditions;
import dev.slipway.control.Kind;
import dev.slipway.control.Kinds;
import dev.slipway.control.Observed;
import dev.slipway.control.Plan;
import dev.slipway.control.Reconciler;
import dev.slipway.control.Resource;
import dev.slipway.controllers.apps.Pods;
import dev.slipway.controllers.apps.Selector;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Says how many pods of a PodDisruptionBudget may be evicted now. Evictions count it down; this
/// counts it anew.
///
/// Source: `pkg/controller/disruption/disruption.go`.
final class DisruptionBudgetReconciler implements Reconciler {
  /// An evicted pod that is still there after so long was not evicted.
  private static final Duration TIMEOUT = Duration.ofMinutes(2);

  @Override
  public Kind kind() {
    return Kinds.POD_DISRUPTION_BUDGET;
  }

  @Override
  public String name() {
    return "controllermanager";
  }

  @Override
  public Set<Kind> children() {
    return Set.of();
  }

  @Override
  public Plan plan(Resource pdb, Observed observed) {
    var plan = new Plan();
    var pods = pods(pdb, observed);
    if (pods.isEmpty()) {
      plan.event("NoPods", "No matching pods found");
    }
    try {
      var budget = Budget.of(pdb, pods, observed);
      if (!budget.unmanaged().isEmpty()) {
        plan.warn("UnmanagedPods", unmanaged(pdb));
      }
      return plan.status(status(pdb, budget, pods, observed, plan));
    } catch (Budget.UnknownScaleException unknown) {
      var why = String.valueOf(unknown.getMessage());
      plan.warn(
          "CalculateExpectedPodCountFailed",
          "Failed to calculate the number of expected pods: " + why);
      return plan.status(failed(pdb, why, observed.now()));
    }
  }

  private static List<Resource> pods(Resource pdb, Observed observed) {
    var selector = new Selector(pdb.spec().path("selector"));
    return observed.list(Kinds.POD, pdb.namespace(), selector.required()).stream()
        .filter(pod -> selector.matches(pod.labels()))
        .toList();
  }

  private static String unmanaged(Resource pdb) {
    return "Pods selected by this PodDisruptionBudget (selector: "
        + pdb.spec().path("selector")
        + ") were found to be unmanaged. As a result, the status of the PDB cannot be calculated"
        + " correctly, which may result in undefined behavior. To account for these pods please"
        + " set \".spec.minAvailable\" field of the PDB to an integer value.";
  }

  private static ObjectNode status(
      Resource pdb, Budget budget, List<Resource> pods, Observed observed, Plan plan) {
    var now = observed.now();
    var disrupted = disrupted(pdb, pods, now, plan);
    int healthy =
        (int)
            pods.stream()
                .filter(pod -> !pod.deleting() && !disrupted.containsKey(pod.name()))
                .filter(Pods::ready)
                .count();
    int spare = healthy - budget.healthy();
    int allowed = budget.expected() <= 0 ? 0 : Math.max(0, spare);
    var status = Json.object();
    status.put("observedGeneration", pdb.generation());
    if (!disrupted.isEmpty()) {
      disrupted.forEach(status.putObject("disruptedPods")::put);
    }
    status.put("disruptionsAllowed", allowed).put("currentHealthy", healthy);
    status.put("desiredHealthy", budget.healthy()).put("expectedPods", budget.expected());
    var conditions = Conditions.of(pdb, now);
    if (allowed > 0) {
      conditions.set("DisruptionAllowed", "True", "SufficientPods", "");
    } else {
      conditions.set("DisruptionAllowed", "False", "InsufficientPods", "");
    }
    status.set("conditions", observed(conditions, pdb));
    return status;
  }

  /// Pods that an eviction was granted for and that are still there.
  private static Map<String, String> disrupted(
      Resource pdb, List<Resource> pods, Instant now, Plan plan) {
    var since = Json.strings(pdb.status(), "disruptedPods");
    var waiting = new LinkedHashMap<String, String>();
    for (var pod : pods) {
      var text = since.getOrDefault(pod.name(), "");
      if (text.isEmpty() || pod.deleting()) {
        continue;
      }
      var left = Duration.between(now, Instant.parse(text).plus(TIMEOUT));
      if (left.isNegative()) {
        plan.warn(
            "NotDeleted",
            "Pod was expected by PDB "
                + pdb.namespace()
                + "/"
                + pdb.name()
                + " to be deleted but it wasn't");
      } else {
        waiting.put(pod.name(), text);
        plan.again(left.plusSeconds(1));
      }
    }
    return waiting;
  }

  /// Nothing may be evicted while it is not known how many pods there should be.
  private static ObjectNode failed(Resource pdb, String why, Instant now) {
    var status = Json.object();
    if (pdb.status() instanceof ObjectNode before) {
      status.setAll(before.deepCopy());
    }
    for (var each : List.of("currentHealthy", "desiredHealthy", "expectedPods")) {
      status.put(each, status.path(each).asInt(0));
    }
    status.put("disruptionsAllowed", 0).put("observedGeneration", pdb.generation());
    var conditions = Conditions.of(pdb, now).set("DisruptionAllowed", "False", "SyncFailed", why);
    status.set("conditions", observed(conditions, pdb));
    return status;
  }

  private static ArrayNode observed(Conditions conditions, Resource pdb) {
    var all = conditions.toJson();
    for (var each : all) {
      if (each instanceof ObjectNode condition) {
        condition.put("observedGeneration", pdb.generation());
        if (!condition.has("message")) {
          condition.put("message", "");
        }
      }
    }
    return all;
  }
}
