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
    new Eviction(verbs, local, call, eviction).run();
    return success();
  }

  private static ObjectNode success() {
    ObjectNode status = Json.object().put("kind", "Status").put("apiVersion", "v1");
    status.putObject("metadata");
    return status.put("status", "Success").put("code", 201);
  }
}
