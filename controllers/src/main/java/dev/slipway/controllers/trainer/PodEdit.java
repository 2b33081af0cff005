package dev.slipway.controllers.trainer;

import dev.slipway.base.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Entries of a pod's lists: put in place of the one with the same key, or at the end.
final class PodEdit {
  private PodEdit() {}

  /// A variable with a value.
  static void env(ObjectNode container, String name, String value) {
    upsert(container, "env", "name", Json.object().put("name", name).put("value", value));
  }

  /// A variable that is taken from a field of the pod.
  static void envFromField(ObjectNode container, String name, String path) {
    ObjectNode entry = Json.object().put("name", name);
    entry.putObject("valueFrom").putObject("fieldRef").put("fieldPath", path);
    upsert(container, "env", "name", entry);
  }

  static void envs(ObjectNode container, JsonNode entries) {
    entries.forEach(each -> upsert(container, "env", "name", each));
  }

  static void port(ObjectNode container, int port) {
    upsert(container, "ports", "containerPort", Json.object().put("containerPort", port));
  }

  static void mount(ObjectNode container, ObjectNode mount) {
    upsert(container, "volumeMounts", "name", mount);
  }

  static void volume(ObjectNode pod, ObjectNode volume) {
    upsert(pod, "volumes", "name", volume);
  }

  private static void upsert(ObjectNode parent, String list, String key, JsonNode entry) {
    var all = parent.withArray(list);
    for (int i = 0; i < all.size(); i++) {
      if (all.get(i).path(key).equals(entry.path(key))) {
        all.set(i, entry.deepCopy());
        return;
      }
    }
    all.add(entry.deepCopy());
  }
}
