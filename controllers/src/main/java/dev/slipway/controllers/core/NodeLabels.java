package dev.slipway.controllers.core;

import dev.slipway.base.Json;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// Whether a node is one a pod asked for: `nodeSelector` and node affinity.
///
/// Source: Kubernetes API reference, `NodeSelectorTerm` and `NodeSelectorRequirement`.
public final class NodeLabels {
  private NodeLabels() {}

  /// @param spec of the pod
  public static boolean wanted(JsonNode spec, String name, Map<String, String> labels) {
    for (var each : Json.strings(spec, "nodeSelector").entrySet()) {
      if (!each.getValue().equals(labels.get(each.getKey()))) {
        return false;
      }
    }
    var required =
        Json.at(spec, "affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution");
    return !required.isObject() || anyTerm(required.path("nodeSelectorTerms"), name, labels);
  }

  private static boolean anyTerm(JsonNode terms, String name, Map<String, String> labels) {
    for (var term : terms) {
      if (term(term, name, labels)) {
        return true;
      }
    }
    return false;
  }

  /// The weights of all preferences that the node meets.
  static long preference(JsonNode spec, String name, Map<String, String> labels) {
    long sum = 0;
    var preferred =
        Json.at(
            spec, "affinity", "nodeAffinity", "preferredDuringSchedulingIgnoredDuringExecution");
    for (var each : preferred) {
      if (term(each.path("preference"), name, labels)) {
        sum += each.path("weight").asLong(0);
      }
    }
    return sum;
  }

  /// All requirements of a term; a term without any matches nothing.
  private static boolean term(JsonNode term, String name, Map<String, String> labels) {
    if (term.path("matchExpressions").isEmpty() && term.path("matchFields").isEmpty()) {
      return false;
    }
    for (var each : term.path("matchExpressions")) {
      if (!holds(each, Optional.ofNullable(labels.get(Json.text(each, "key"))))) {
        return false;
      }
    }
    for (var each : term.path("matchFields")) {
      if (!Json.text(each, "key").equals("metadata.name") || !holds(each, Optional.of(name))) {
        return false;
      }
    }
    return true;
  }

  private static boolean holds(JsonNode requirement, Optional<String> found) {
    var values = requirement.path("values");
    return switch (Json.text(requirement, "operator")) {
      case "In" -> found.isPresent() && contains(values, found.get());
      case "NotIn" -> found.isEmpty() || !contains(values, found.get());
      case "Exists" -> found.isPresent();
      case "DoesNotExist" -> found.isEmpty();
      case "Gt" -> compared(found, values) > 0;
      case "Lt" -> compared(found, values) < 0;
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

  /// 0 also where one of them is no whole number.
  private static int compared(Optional<String> found, JsonNode values) {
    try {
      return found.isEmpty()
          ? 0
          : Long.compare(Long.parseLong(found.get()), Long.parseLong(values.path(0).asString("")));
    } catch (NumberFormatException _) {
      return 0;
    }
  }
}
