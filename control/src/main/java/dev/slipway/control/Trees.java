package dev.slipway.control;

import dev.slipway.base.Json;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Comparing JSON trees by what they mean: `1` is `1.0` whatever Java type holds it, a null or an
/// empty container is as good as none, and the order of fields does not matter.
final class Trees {
  private Trees() {}

  /// Whether two trees mean the same.
  static boolean same(JsonNode one, JsonNode other) {
    return contains(one, other) && contains(other, one);
  }

  /// Whether everything `part` says holds in `whole`: objects may have more fields there; lists
  /// must be the same, and a null says that there is none.
  static boolean contains(JsonNode whole, JsonNode part) {
    if (part.isMissingNode() || part.isNull() || (part.isArray() && part.isEmpty())) {
      return isNothing(whole);
    }
    return switch (part) {
      case ObjectNode object -> containsFields(whole, object);
      case ArrayNode array -> containsElements(whole, array);
      default -> part.isNumber() ? sameNumber(whole, part) : whole.equals(part);
    };
  }

  private static boolean containsFields(JsonNode whole, ObjectNode part) {
    if (!whole.isObject()) {
      return part.isEmpty() && isNothing(whole);
    }
    for (Map.Entry<String, JsonNode> field : part.properties()) {
      if (!contains(whole.path(field.getKey()), field.getValue())) {
        return false;
      }
    }
    return true;
  }

  private static boolean containsElements(JsonNode whole, ArrayNode part) {
    if (!whole.isArray() || whole.size() != part.size()) {
      return false;
    }
    for (int i = 0; i < part.size(); i++) {
      if (!same(whole.path(i), part.path(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean sameNumber(JsonNode one, JsonNode other) {
    return one.isNumber()
        && ((one.isIntegralNumber() && other.isIntegralNumber())
            ? one.bigIntegerValue().equals(other.bigIntegerValue())
            : one.decimalValue().compareTo(other.decimalValue()) == 0);
  }

  /// Absent, null, or an empty container.
  static boolean isNothing(JsonNode node) {
    return node.isMissingNode() || node.isNull() || (node.isContainer() && node.isEmpty());
  }

  /// A copy without fields that are null.
  static ObjectNode withoutNulls(ObjectNode object) {
    ObjectNode copy = Json.object();
    for (Map.Entry<String, JsonNode> field : object.properties()) {
      if (!field.getValue().isNull()) {
        copy.set(field.getKey(), withoutNulls(field.getValue()));
      }
    }
    return copy;
  }

  private static JsonNode withoutNulls(JsonNode node) {
    return switch (node) {
      case ObjectNode object -> withoutNulls(object);
      case ArrayNode array -> {
        ArrayNode copy = Json.array();
        array.forEach(each -> copy.add(withoutNulls(each)));
        yield copy;
      }
      default -> node;
    };
  }
}
