package dev.slipway.routes;

import dev.slipway.base.Json;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// A `metav1.LabelSelector`: every label and every expression must hold.
final class LabelSelector {
  private LabelSelector() {}

  static boolean matches(JsonNode selector, Map<String, String> labels) {
    for (var wanted : selector.path("matchLabels").properties()) {
      if (!wanted.getValue().asString("").equals(labels.get(wanted.getKey()))) {
        return false;
      }
    }
    for (var expression : selector.path("matchExpressions")) {
      if (!holds(expression, labels)) {
        return false;
      }
    }
    return !selector.isMissingNode();
  }

  private static boolean holds(JsonNode expression, Map<String, String> labels) {
    var value = labels.get(Json.text(expression, "key"));
    boolean among = value != null && values(expression).contains(value);
    return switch (Json.text(expression, "operator")) {
      case "In" -> among;
      case "NotIn" -> !among;
      case "Exists" -> value != null;
      case "DoesNotExist" -> value == null;
      default -> false;
    };
  }

  private static Set<String> values(JsonNode expression) {
    var values = new HashSet<String>();
    expression.path("values").forEach(each -> values.add(each.asString("")));
    return values;
  }
}
