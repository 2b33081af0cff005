package dev.slipway.controllers.kserve;

import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Lays one container or pod specification over another the way Kubernetes' strategic merge does:
/// objects field by field, lists with a key entry by entry, other lists as a whole.
///
/// Follows the `patchMergeKey` tags of `k8s.io/api/core/v1/types.go`.
final class PodMerge {
  private static final Map<String, String> KEYS =
      Map.ofEntries(
          Map.entry("containers", "name"),
          Map.entry("initContainers", "name"),
          Map.entry("volumes", "name"),
          Map.entry("imagePullSecrets", "name"),
          Map.entry("resourceClaims", "name"),
          Map.entry("env", "name"),
          Map.entry("ports", "containerPort"),
          Map.entry("volumeMounts", "mountPath"),
          Map.entry("volumeDevices", "devicePath"),
          Map.entry("hostAliases", "ip"),
          Map.entry("topologySpreadConstraints", "topologyKey"));

  private PodMerge() {}

  /// Changes `base`: what `over` says comes on top.
  static ObjectNode merge(ObjectNode base, JsonNode over) {
    for (var field : over.properties()) {
      JsonNode value = field.getValue();
      if (value.isNull()) {
        continue;
      }
      base.set(field.getKey(), merged(field.getKey(), base.path(field.getKey()), value));
    }
    return base;
  }

  private static JsonNode merged(String name, JsonNode below, JsonNode above) {
    if (below instanceof ObjectNode object && above.isObject()) {
      return merge(object.deepCopy(), above);
    }
    if (KEYS.containsKey(name) && below instanceof ArrayNode list && above.isArray()) {
      return mergeLists(list.deepCopy(), above, KEYS.get(name));
    }
    return above.deepCopy();
  }

  private static ArrayNode mergeLists(ArrayNode base, JsonNode over, String key) {
    for (JsonNode entry : over) {
      Optional<ObjectNode> same = find(base, key, entry.path(key));
      if (same.isPresent()) {
        mergeEntry(same.get(), entry);
      } else {
        base.add(entry.deepCopy());
      }
    }
    return base;
  }

  /// A variable has a value or takes it from somewhere: the upper one decides which.
  private static void mergeEntry(ObjectNode same, JsonNode entry) {
    if (entry.has("value")) {
      same.remove("valueFrom");
    } else if (entry.has("valueFrom")) {
      same.remove("value");
    }
    merge(same, entry);
  }

  private static Optional<ObjectNode> find(ArrayNode list, String key, JsonNode wanted) {
    for (JsonNode each : list) {
      if (each instanceof ObjectNode object && each.path(key).equals(wanted)) {
        return Optional.of(object);
      }
    }
    return Optional.empty();
  }

  /// A runtime's container with a service's container laid over it. Arguments are appended: a
  /// service
  /// extends its runtime's.
  static ObjectNode container(ObjectNode runtime, JsonNode service) {
    ObjectNode merged = merge(runtime.deepCopy(), service);
    merged.remove("args");
    if (!runtime.path("args").isEmpty() || !service.path("args").isEmpty()) {
      ArrayNode args = merged.putArray("args");
      runtime.path("args").forEach(each -> args.add(each.deepCopy()));
      service.path("args").forEach(each -> args.add(each.deepCopy()));
    }
    return merged;
  }
}
