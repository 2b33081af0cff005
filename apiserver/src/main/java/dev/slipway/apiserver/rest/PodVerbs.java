package dev.slipway.apiserver.rest;

import dev.slipway.apiserver.error.ApiException;
import dev.slipway.apiserver.resource.LocalApi;
import dev.slipway.base.Json;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What is particular to pods: binding to a node, eviction under a disruption budget.
final class PodVerbs {
  private final Verbs verbs;
  private final LocalApi local;

  PodVerbs(Verbs verbs, LocalApi local) {
    this.verbs = verbs;
    this.local = local;
  }

  /// Assigns a pod to a node, once.
  ///
  /// @param call on the pod, subresource `binding`
  /// @throws ApiException 409 where it has a node already
  ObjectNode bind(Call call, ObjectNode binding) {
    String node = Json.text(binding, "target", "name");
    String kind = Json.text(binding, "target", "kind");
    if (node.isEmpty() || !(kind.isEmpty() || kind.equals("Node"))) {
      throw ApiException.badRequest(
          "Binding \""
              + call.name()
              + "\": target must name a Node, found "
              + binding.path("target"));
    }
    verbs.edit(call, pod -> bound(call, pod, binding, node), Verbs.noOptions());
    return success();
  }

  private ObjectNode bound(Call call, ObjectNode pod, ObjectNode binding, String node) {
    String present = Json.text(pod, "spec", "nodeName");
    if (!present.isEmpty()) {
      throw ApiException.conflict(
          "pods/binding",
          call.name(),
          "pod " + call.name() + " is already assigned to node \"" + present + "\"");
    }
    if (Metas.deleting(pod)) {
      throw ApiException.conflict(
          "pods/binding",
          call.name(),
          "pod " + call.name() + " is being deleted, cannot be assigned to a host");
    }
    if (!pod.path("spec").path("schedulingGates").isEmpty()) {
      throw ApiException.conflict(
          "pods/binding",
          call.name(),
          "pod " + call.name() + " has non-empty .spec.schedulingGates");
    }
    Json.ensureObject(pod, "spec").put("nodeName", node);
    for (Map.Entry<String, String> each :
        Json.strings(binding, "metadata", "annotations").entrySet()) {
      Json.ensureObject(pod, "metadata", "annotations").put(each.getKey(), each.getValue());
    }
    scheduled(Json.ensureObject(pod, "status"));
    return pod;
  }

  private void scheduled(ObjectNode status) {
    ArrayNode conditions =
        status.get("conditions") instanceof ArrayNode present
            ? present
            : status.putArray("conditions");
    ObjectNode condition = null;
    for (JsonNode each : conditions) {
      if (Json.text(each, "type").equals("PodScheduled") && each instanceof ObjectNode found) {
        condition = found;
      }
    }
    if (condition == null) {
      condition = conditions.addObject().put("type", "PodScheduled");
    }
    condition.remove(List.of("reason", "message"));
    condition.put("status", "True").putNull("lastProbeTime");
    condition.put("lastTransitionTime", Metas.timestamp(verbs.kit().clock().instant()));
  }

  /// Deletes a pod unless a disruption budget forbids it.
  ///
  /// @param call on the pod, subresource `eviction`
  /// @throws ApiException 429 while the budget is used up
  ObjectNode evict(Call call, ObjectNode eviction) {
    ObjectNode pod = verbs.get(call).object();
    ObjectNode options =
        eviction.get("deleteOptions") instanceof ObjectNode given ? given : Json.object();
    if (budgetCounts(pod)) {
      List<ObjectNode> budgets = budgets(call, pod);
      if (budgets.size() > 1) {
        throw ApiException.internal(
            "This pod has more than one PodDisruptionBudget, which the eviction subresource does"
                + " not support.");
      }
      if (budgets.size() == 1 && !call.dryRun()) {
        spend(budgets.getFirst(), call.name());
      }
    }
    verbs.delete(call, options);
    return success();
  }

  private static boolean budgetCounts(ObjectNode pod) {
    String phase = Json.text(pod, "status", "phase");
    return !phase.equals("Succeeded")
        && !phase.equals("Failed")
        && !phase.equals("Pending")
        && !Metas.deleting(pod);
  }

  private List<ObjectNode> budgets(Call call, ObjectNode pod) {
    Map<String, String> labels = Json.strings(pod, "metadata", "labels");
    return local.list("policy", "poddisruptionbudgets", call.namespace()).stream()
        .filter(each -> each.path("spec").has("selector"))
        .filter(each -> LabelSelector.of(each.path("spec").path("selector")).matches(labels))
        .toList();
  }

  private void spend(ObjectNode budget, String podName) {
    int allowed = budget.path("status").path("disruptionsAllowed").asInt(0);
    long observed = budget.path("status").path("observedGeneration").asLong(0);
    if (observed < budget.path("metadata").path("generation").asLong(0) || allowed <= 0) {
      throw disrupted(budget, allowed);
    }
    ObjectNode status = Json.ensureObject(budget, "status");
    status.put("disruptionsAllowed", allowed - 1);
    Json.ensureObject(status, "disruptedPods")
        .put(podName, Metas.timestamp(verbs.kit().clock().instant()));
    local.updateStatus("policy", "poddisruptionbudgets", budget);
  }

  private static ApiException disrupted(ObjectNode budget, int allowed) {
    ObjectNode details = Json.object();
    details
        .putArray("causes")
        .addObject()
        .put("reason", "DisruptionBudget")
        .put(
            "message",
            "The disruption budget "
                + Metas.name(budget)
                + " needs "
                + budget.path("status").path("desiredHealthy").asInt(0)
                + " healthy pods and has "
                + budget.path("status").path("currentHealthy").asInt(0)
                + " currently"
                + (allowed < 0 ? "; it is being recalculated" : ""));
    return ApiException.of(
        429,
        "TooManyRequests",
        "Cannot evict pod as it would violate the pod's disruption budget.",
        details);
  }

  private static ObjectNode success() {
    ObjectNode status = Json.object().put("kind", "Status").put("apiVersion", "v1");
    status.putObject("metadata");
    return status.put("status", "Success").put("code", 201);
  }
}
