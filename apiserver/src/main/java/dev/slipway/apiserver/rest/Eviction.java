package dev.slipway.apiserver.rest;

import dev.slipway.apiserver.error.ApiException;
import dev.slipway.apiserver.resource.LocalApi;
import dev.slipway.base.Json;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// One eviction of a pod: its budget is asked and counted down, the pod is told why it goes, and is
/// deleted.
///
/// Source: `pkg/registry/core/pod/storage/eviction.go`.
final class Eviction {
  private static final String REFUSED =
      "Cannot evict pod as it would violate the pod's disruption budget.";

  /// What a budget remembers of evictions that were granted.
  private static final int MOST_DISRUPTED = 2000;

  private static final int TRIES = 20;
  private static final int RETRY_SECONDS = 10;

  private final Verbs verbs;
  private final LocalApi local;
  private final Call call;
  private final ObjectNode eviction;
  private final boolean dryRun;

  Eviction(Verbs verbs, LocalApi local, Call call, ObjectNode eviction) {
    this.verbs = verbs;
    this.local = local;
    this.eviction = eviction;
    boolean dry =
        eviction
            .path("deleteOptions")
            .path("dryRun")
            .valueStream()
            .anyMatch(each -> each.asString("").equals("All"));
    this.dryRun = dry || call.dryRun();
    this.call = dryRun ? call.dry() : call;
  }

  /// @throws ApiException 429 while the budget is used up, 500 where there are several
  void run() {
    String named = Json.text(eviction, "metadata", "name");
    if (!named.isEmpty() && !named.equals(call.name())) {
      throw ApiException.badRequest("name in URL does not match name in Eviction object");
    }
    ObjectNode pod = verbs.get(call).object();
    if (isGuarded(pod)) {
      ask(pod);
      if (!dryRun) {
        tell();
      }
    }
    verbs.delete(call, options());
  }

  private ObjectNode options() {
    return eviction.get("deleteOptions") instanceof ObjectNode given ? given : Json.object();
  }

  /// Pods that do not run, or are on their way out, are nobody's loss.
  private static boolean isGuarded(ObjectNode pod) {
    String phase = Json.text(pod, "status", "phase");
    return !phase.equals("Succeeded")
        && !phase.equals("Failed")
        && !phase.equals("Pending")
        && !Metas.deleting(pod);
  }

  private void ask(ObjectNode pod) {
    List<ObjectNode> budgets = budgets(pod);
    if (budgets.size() > 1) {
      throw ApiException.internal(
          "This pod has more than one PodDisruptionBudget, which the eviction subresource does"
              + " not support.");
    }
    if (!budgets.isEmpty() && !maySkip(pod, budgets.getFirst())) {
      spend(budgets.getFirst());
    }
  }

  private List<ObjectNode> budgets(ObjectNode pod) {
    Map<String, String> labels = Json.strings(pod, "metadata", "labels");
    return local.list("policy", "poddisruptionbudgets", call.namespace()).stream()
        .filter(each -> each.path("spec").path("selector").isObject())
        .filter(each -> LabelSelector.of(each.path("spec").path("selector")).matches(labels))
        .toList();
  }

  /// A pod that is not ready may go where the policy always allows it, or enough others are.
  private static boolean maySkip(ObjectNode pod, ObjectNode budget) {
    if (condition(pod, "Ready").filter(each -> isTrue(each)).isPresent()) {
      return false;
    }
    if (Json.text(budget, "spec", "unhealthyPodEvictionPolicy").equals("AlwaysAllow")) {
      return true;
    }
    int desired = budget.path("status").path("desiredHealthy").asInt(0);
    return desired > 0 && budget.path("status").path("currentHealthy").asInt(0) >= desired;
  }

  private static boolean isTrue(JsonNode condition) {
    return Json.text(condition, "status").equals("True");
  }

  private static Optional<ObjectNode> condition(ObjectNode object, String type) {
    for (JsonNode each : object.path("status").path("conditions")) {
      if (Json.text(each, "type").equals(type) && each instanceof ObjectNode found) {
        return Optional.of(found);
      }
    }
    return Optional.empty();
  }

  /// Counts the budget down; others may do so at the same time.
  private void spend(ObjectNode found) {
    ObjectNode budget = found;
    for (int left = TRIES; ; left--) {
      check(budget);
      if (dryRun) {
        return;
      }
      count(budget);
      try {
        local.updateStatus("policy", "poddisruptionbudgets", budget);
        return;
      } catch (ApiException refused) {
        if (refused.code() != 409 || left == 0) {
          throw refused;
        }
        budget = again(budget);
      }
    }
  }

  private ObjectNode again(ObjectNode budget) {
    String name = Metas.name(budget);
    return local
        .get("policy", "poddisruptionbudgets", call.namespace(), name)
        .orElseThrow(() -> ApiException.notFound("poddisruptionbudgets.policy", name));
  }

  private void check(ObjectNode budget) {
    JsonNode status = budget.path("status");
    String name = Metas.name(budget);
    long seen = status.path("observedGeneration").asLong(0);
    if (seen < budget.path("metadata").path("generation").asLong(0)) {
      throw refused(
          "The disruption budget " + name + " is still being processed by the server.",
          RETRY_SECONDS);
    }
    int allowed = status.path("disruptionsAllowed").asInt(0);
    if (allowed < 0) {
      throw ApiException.forbidden(
          "poddisruptionbudgets.policy", name, "pdb disruptions allowed is negative");
    }
    if (status.path("disruptedPods").size() > MOST_DISRUPTED) {
      throw ApiException.forbidden(
          "poddisruptionbudgets.policy",
          name,
          "DisruptedPods map too big - too many evictions not confirmed by PDB controller");
    }
    if (allowed == 0) {
      throw refused(why(budget, name), 0);
    }
  }

  private static String why(ObjectNode budget, String name) {
    Optional<ObjectNode> failed =
        condition(budget, "DisruptionAllowed")
            .filter(each -> Json.text(each, "reason").equals("SyncFailed"));
    if (failed.isPresent()) {
      return "The disruption budget "
          + name
          + " does not allow evicting pods currently because it failed sync: "
          + Json.text(failed.get(), "message");
    }
    JsonNode status = budget.path("status");
    return "The disruption budget "
        + name
        + " needs "
        + status.path("desiredHealthy").asInt(0)
        + " healthy pods and has "
        + status.path("currentHealthy").asInt(0)
        + " currently";
  }

  private static ApiException refused(String why, int retrySeconds) {
    ObjectNode details = Json.object();
    details.putArray("causes").addObject().put("reason", "DisruptionBudget").put("message", why);
    if (retrySeconds > 0) {
      details.put("retryAfterSeconds", retrySeconds);
    }
    return ApiException.of(429, "TooManyRequests", REFUSED, details);
  }

  private void count(ObjectNode budget) {
    ObjectNode status = Json.ensureObject(budget, "status");
    int left = status.path("disruptionsAllowed").asInt(0) - 1;
    status.put("disruptionsAllowed", left);
    Json.ensureObject(status, "disruptedPods").put(call.name(), now());
    if (left == 0) {
      condition(budget, "DisruptionAllowed")
          .filter(Eviction::isTrue)
          .ifPresent(
              each ->
                  each.put("status", "False")
                      .put("reason", "InsufficientPods")
                      .put("lastTransitionTime", now()));
    }
  }

  private String now() {
    Instant time = verbs.kit().clock().instant();
    return Metas.timestamp(time);
  }

  /// Says on the pod why it goes; failure policies of Jobs read that.
  private void tell() {
    var _ = verbs.edit(call.on("status"), this::told, Verbs.noOptions());
  }

  private ObjectNode told(ObjectNode pod) {
    ObjectNode status = Json.ensureObject(pod, "status");
    ArrayNode all =
        status.get("conditions") instanceof ArrayNode present
            ? present
            : status.putArray("conditions");
    ObjectNode target =
        condition(pod, "DisruptionTarget")
            .orElseGet(() -> all.addObject().put("type", "DisruptionTarget"));
    if (!isTrue(target)) {
      target.put("status", "True").put("lastTransitionTime", now());
    }
    target.put("reason", "EvictionByEvictionAPI").put("message", "Eviction API: evicting");
    return pod;
  }
}
