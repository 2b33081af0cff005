package dev.slipway.controllers.apps;

import dev.slipway.base.Json;
import java.util.HashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/// A `LabelSelector` as a manifest has it: all of `matchLabels` and all of `matchExpressions`.
///
/// @param node may be missing, and selects nothing then
public record Selector(JsonNode node) {
  /// Whether it selects what has these labels; one without any requirement selects everything.
  public boolean matches(Map<String, String> labels) {
    if (!node.isObject()) {
      return false;
    }
    for (var each : Json.strings(node, "matchLabels").entrySet()) {
      if (!each.getValue().equals(labels.get(each.getKey()))) {
        return false;
      }
    }
    for (var each : node.path("matchExpressions")) {
      if (!holds(each, labels)) {
        return false;
      }
    }
    return true;
  }

  private static boolean holds(JsonNode requirement, Map<String, String> labels) {
    var key = Json.text(requirement, "key");
    boolean there = labels.containsKey(key);
    return switch (Json.text(requirement, "operator")) {
      case "In" -> there && contains(requirement.path("values"), labels.getOrDefault(key, ""));
      case "NotIn" -> !there || !contains(requirement.path("values"), labels.getOrDefault(key, ""));
      case "Exists" -> there;
      case "DoesNotExist" -> !there;
      default -> false;
    };
  }

  private static boolean contains(JsonNode values, String wanted) {
    for (var each : values) {
      if (each.asString("").equals(wanted)) {
        return true;
      }
    }
    return false;
  }

  /// Labels that everything it selects has, by which candidates are found in an index: those of
  /// `matchLabels`, and of expressions that allow one value.
  public Map<String, String> required() {
    var required = new HashMap<>(Json.strings(node, "matchLabels"));
    for (var each : node.path("matchExpressions")) {
      if (Json.text(each, "operator").equals("In") && each.path("values").size() == 1) {
        required.putIfAbsent(Json.text(each, "key"), each.path("values").path(0).asString(""));
      }
    }
    return required;
  }
}
