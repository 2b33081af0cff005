package dev.slipway.apiserver.admission;

import dev.slipway.base.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/// A `LabelSelector` as manifests write it. Without requirements it selects everything.
record LabelMatch(List<Requirement> requirements) {
  static final LabelMatch EVERYTHING = new LabelMatch(List.of());

  record Requirement(String key, String operator, Set<String> values) {
    boolean holds(Map<String, String> labels) {
      String value = labels.get(key);
      return switch (operator) {
        case "In" -> value != null && values.contains(value);
        case "NotIn" -> value == null || !values.contains(value);
        case "Exists" -> value != null;
        case "DoesNotExist" -> value == null;
        default -> false;
      };
    }
  }

  LabelMatch {
    requirements = List.copyOf(requirements);
  }

  static LabelMatch read(JsonNode selector) {
    var requirements = new ArrayList<Requirement>();
    Json.strings(selector, "matchLabels")
        .forEach((key, value) -> requirements.add(new Requirement(key, "In", Set.of(value))));
    for (JsonNode each : selector.path("matchExpressions")) {
      Set<String> values =
          each.path("values").valueStream().map(JsonNode::asString).collect(Collectors.toSet());
      requirements.add(
          new Requirement(Json.text(each, "key"), Json.text(each, "operator"), values));
    }
    return requirements.isEmpty() ? EVERYTHING : new LabelMatch(requirements);
  }

  boolean matches(Map<String, String> labels) {
    for (Requirement each : requirements) {
      if (!each.holds(labels)) {
        return false;
      }
    }
    return true;
  }

  boolean isEverything() {
    return requirements.isEmpty();
  }
}
