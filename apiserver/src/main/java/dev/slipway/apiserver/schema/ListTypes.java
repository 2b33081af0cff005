package dev.slipway.apiserver.schema;

import dev.slipway.base.FieldPath;
import dev.slipway.base.Json;
import dev.slipway.base.Problem;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Finds repeated elements in lists that are sets, and repeated keys in lists that are maps.
final class ListTypes {
  private final List<Problem> problems = new ArrayList<>();

  private ListTypes() {}

  static List<Problem> problems(JsonNode value, Schema schema) {
    var found = new ListTypes();
    found.value(value, schema, FieldPath.ROOT);
    return found.problems;
  }

  private void value(JsonNode value, Schema schema, FieldPath here) {
    switch (value) {
      case ObjectNode object -> {
        for (Map.Entry<String, JsonNode> field : object.properties()) {
          if (field.getValue().isContainer()) {
            Schema known = schema.properties().get(field.getKey());
            if (known != null) {
              value(field.getValue(), known, here.field(field.getKey()));
            } else if (schema.values().isPresent()) {
              value(field.getValue(), schema.values().get(), here.key(field.getKey()));
            }
          }
        }
      }
      case ArrayNode array -> list(array, schema, here);
      default -> {}
    }
  }

  private void list(ArrayNode array, Schema schema, FieldPath here) {
    switch (schema.listType()) {
      case ATOMIC -> {}
      case SET -> unique(array, here);
      case MAP -> keyed(array, schema, here);
    }
    if (schema.items().isPresent()) {
      for (int i = 0; i < array.size(); i++) {
        if (array.get(i).isContainer()) {
          value(array.get(i), schema.items().get(), here.index(i));
        }
      }
    }
  }

  private void keyed(ArrayNode array, Schema schema, FieldPath here) {
    ArrayNode keys = Json.array();
    for (int i = 0; i < array.size(); i++) {
      JsonNode element = array.get(i);
      if (!element.isObject() && !element.isNull()) {
        problems.add(
            Problem.invalid(
                here.index(i), element, "must be an object for an array of list-type map"));
        return;
      }
      ObjectNode key = keys.addObject();
      for (String name : schema.listMapKeys()) {
        if (element.has(name)) {
          key.set(name, element.get(name));
        }
      }
    }
    unique(keys, here);
  }

  private void unique(ArrayNode array, FieldPath here) {
    var seen = new HashMap<JsonNode, Integer>();
    for (int i = 0; i < array.size(); i++) {
      if (seen.merge(array.get(i), 1, Integer::sum) == 2) {
        JsonNode repeated = array.get(i);
        problems.add(
            Problem.duplicate(
                here.index(i), repeated.isString() ? repeated.stringValue() : repeated));
      }
    }
  }
}
