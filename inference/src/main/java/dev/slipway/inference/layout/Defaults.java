package dev.slipway.inference.layout;

import dev.slipway.base.Json;
import dev.slipway.inference.layout.Schema.Field;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What absent fields stand for in proto3, and a message with all of them written out, as Triton's
/// API shows its configurations.
final class Defaults {
  private Defaults() {}

  /// The value of a field of that type that is not there.
  static JsonNode of(Schema schema, String type) {
    JsonNodeFactory nodes = JsonNodeFactory.instance;
    List<String> values = schema.values(type);
    if (values != null) {
      return nodes.stringNode(values.getFirst());
    }
    return switch (type) {
      case "string", "bytes" -> nodes.stringNode("");
      case "bool" -> nodes.booleanNode(false);
      case "float", "double", "int32", "int64", "uint32", "uint64" -> nodes.numberNode(0);
      default -> Json.object();
    };
  }

  /// Every scalar, list and map, set or not, in the schema's order; messages only where set.
  static ObjectNode filled(Schema schema, String message, ObjectNode given) {
    ObjectNode all = Json.object();
    for (Field field : schema.fields(message).values()) {
      JsonNode value = given.get(field.name());
      if (value != null) {
        all.set(field.name(), filled(schema, field, value));
      } else if (field.map()) {
        all.putObject(field.name());
      } else if (field.list()) {
        all.putArray(field.name());
      } else if (!schema.message(field.type()) && field.oneOf().isEmpty()) {
        all.set(field.name(), of(schema, field.type()));
      }
    }
    return all;
  }

  private static JsonNode filled(Schema schema, Field field, JsonNode value) {
    if (!schema.message(field.type())) {
      return value;
    }
    if (field.map()) {
      ObjectNode entries = Json.object();
      for (Map.Entry<String, JsonNode> each : value.properties()) {
        entries.set(each.getKey(), inner(schema, field, each.getValue()));
      }
      return entries;
    }
    if (field.list()) {
      var items = Json.array();
      value.forEach(each -> items.add(inner(schema, field, each)));
      return items;
    }
    return inner(schema, field, value);
  }

  private static JsonNode inner(Schema schema, Field field, JsonNode value) {
    return value instanceof ObjectNode object ? filled(schema, field.type(), object) : value;
  }
}
