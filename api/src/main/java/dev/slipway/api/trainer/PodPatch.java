package dev.slipway.api.trainer;

import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Lays a patch over the specification of a job set, as Kubernetes' strategic merge does: objects
/// field by field, lists with a key entry by entry, other lists as a whole, a null removes.
///
/// Source: the `patchMergeKey` tags of `k8s.io/api/core/v1/types.go` and of JobSet's types.
public final class PodPatch {
  private static final Map<String, String> KEYS =
      Map.ofEntries(
          Map.entry("replicatedJobs", "name"),
          Map.entry("containers", "name"),
          Map.entry("initContainers", "name"),
          Map.entry("volumes", "name"),
          Map.entry("imagePullSecrets", "name"),
          Map.entry("schedulingGates", "name"),
          Map.entry("resourceClaims", "name"),
          Map.entry("claims", "name"),
          Map.entry("env", "name"),
          Map.entry("ports", "containerPort"),
          Map.entry("volumeMounts", "mountPath"),
          Map.entry("volumeDevices", "devicePath"),
          Map.entry("hostAliases", "ip"),
          Map.entry("topologySpreadConstraints", "topologyKey"));

  private PodPatch() {}

  /// Changes `base`: what the patch says comes on top.
  public static void merge(ObjectNode base, JsonNode patch) {
    for (var field : patch.properties()) {
      String name = field.getKey();
      JsonNode value = field.getValue();
      if (value.isNull()) {
        base.remove(name);
      } else if (value.isObject() && base.path(name) instanceof ObjectNode below) {
        merge(below, value);
      } else if (KEYS.containsKey(name)
          && value.isArray()
          && base.path(name) instanceof ArrayNode below) {
        mergeList(below, value, KEYS.get(name));
      } else {
        base.set(name, value.deepCopy());
      }
    }
  }

  private static void mergeList(ArrayNode base, JsonNode patch, String key) {
    for (JsonNode entry : patch) {
      Optional<ObjectNode> same = find(base, key, entry.path(key));
      if (same.isEmpty()) {
        base.add(entry.deepCopy());
        continue;
      }
      // A variable has a value or takes it from somewhere: the patch decides which.
      if (entry.has("value")) {
        same.get().remove("valueFrom");
      } else if (entry.has("valueFrom")) {
        same.get().remove("value");
      }
      merge(same.get(), entry);
    }
  }

  private static Optional<ObjectNode> find(ArrayNode list, String key, JsonNode wanted) {
    for (JsonNode each : list) {
      if (each instanceof ObjectNode object && each.path(key).equals(wanted)) {
        return Optional.of(object);
      }
    }
    return Optional.empty();
  }
}
