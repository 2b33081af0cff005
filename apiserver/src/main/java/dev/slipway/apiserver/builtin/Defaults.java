package dev.slipway.apiserver.builtin;

import dev.slipway.base.Json;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Fills absent fields. Null counts as absent, and so does `""` where upstream's type has no way to
/// tell them apart.
public final class Defaults {
  private Defaults() {}

  /// Text that is absent or empty.
  public static void text(ObjectNode node, String field, String value) {
    JsonNode found = node.path(field);
    if (lacks(node, field) || (found.isString() && found.stringValue().isEmpty())) {
      node.put(field, value);
    }
  }

  /// Text that is absent; empty text stays.
  public static void absentText(ObjectNode node, String field, String value) {
    if (lacks(node, field)) {
      node.put(field, value);
    }
  }

  public static void number(ObjectNode node, String field, long value) {
    if (lacks(node, field)) {
      node.put(field, value);
    }
  }

  /// A number that is absent or 0.
  public static void nonZero(ObjectNode node, String field, long value) {
    JsonNode found = node.path(field);
    if (lacks(node, field) || (found.isNumber() && found.asLong(0) == 0)) {
      node.put(field, value);
    }
  }

  public static void flag(ObjectNode node, String field, boolean value) {
    if (lacks(node, field)) {
      node.put(field, value);
    }
  }

  /// The object in a field; made where absent.
  public static ObjectNode object(ObjectNode node, String field) {
    return Json.ensureObject(node, field);
  }

  /// Whether a field is absent or null.
  public static boolean lacks(JsonNode node, String field) {
    JsonNode found = node.path(field);
    return found.isMissingNode() || found.isNull();
  }

  /// The objects in a list at a path; nothing where it is absent.
  public static List<ObjectNode> items(JsonNode node, String... path) {
    var items = new ArrayList<ObjectNode>();
    for (JsonNode each : Json.at(node, path)) {
      if (each instanceof ObjectNode object) {
        items.add(object);
      }
    }
    return items;
  }

  /// The object at a path, if it is there, as a list of one: for the body of a loop.
  public static List<ObjectNode> present(JsonNode node, String... path) {
    return Json.at(node, path) instanceof ObjectNode object ? List.of(object) : List.of();
  }
}
