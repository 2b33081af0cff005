package dev.slipway.apiserver.apply;

import dev.slipway.apiserver.apply.Managed.Manager;
import dev.slipway.apiserver.error.ApiException;
import dev.slipway.base.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Fields an applier wants to change and other managers own.
///
/// @param byManager never empty sets
record Conflicts(SortedMap<Manager, FieldSet> byManager) {

  static Conflicts none() {
    return new Conflicts(new TreeMap<>());
  }

  boolean isEmpty() {
    return byManager.isEmpty();
  }

  /// The conflicts over other fields than these.
  Conflicts without(FieldSet allowed) {
    Conflicts rest = none();
    byManager.forEach(
        (manager, fields) -> {
          FieldSet left = fields.difference(allowed);
          if (!left.isEmpty()) {
            rest.byManager.put(manager, left);
          }
        });
    return rest;
  }

  /// The 409 that names every field and its owner. Texts:
  /// `k8s.io/apimachinery/pkg/util/managedfields/internal/conflict.go`.
  ApiException refusal() {
    ObjectNode details = Json.object();
    ArrayNode causes = details.putArray("causes");
    List<String> grouped = new ArrayList<>();
    int count = 0;
    for (Map.Entry<Manager, FieldSet> each : byManager.entrySet()) {
      String owner = describe(each.getKey());
      grouped.add("conflicts with " + owner + ":");
      for (String path : paths(each.getValue())) {
        causes
            .addObject()
            .put("reason", "FieldManagerConflict")
            .put("message", "conflict with " + owner)
            .put("field", path);
        grouped.add("- " + path);
        count++;
      }
    }
    String message =
        count == 1
            ? "Apply failed with 1 conflict: "
                + causes.get(0).path("message").stringValue()
                + ": "
                + causes.get(0).path("field").stringValue()
            : "Apply failed with " + count + " conflicts: " + String.join("\n", grouped);
    return ApiException.of(409, "Conflict", message, details);
  }

  private static List<String> paths(FieldSet fields) {
    List<String> paths = new ArrayList<>();
    fields.forEach(path -> paths.add(FieldSet.text(path)));
    return paths;
  }

  private static String describe(Manager manager) {
    var text = new StringBuilder().append('"').append(manager.name()).append('"');
    if (!manager.subresource().isEmpty()) {
      text.append(" with subresource \"").append(manager.subresource()).append('"');
    }
    return manager.applied()
        ? text.toString()
        : text.append(" using ").append(manager.apiVersion()).toString();
  }
}
