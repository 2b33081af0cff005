package dev.slipway.apiserver.apply;

import dev.slipway.apiserver.schema.Schema;
import dev.slipway.base.Json;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.ObjectNode;

/// A value without the fields of a set. Nothing inside an atomic value is removed. The argument
/// stays untouched; the result may share nodes with it.
///
/// Source: `structured-merge-diff/typed/remove.go`.
final class Removal {
  /// Whether a structure emptied by the removal reads as null; otherwise it is empty.
  private final boolean nullsEmptied;

  private Removal(boolean nullsEmptied) {
    this.nullsEmptied = nullsEmptied;
  }

  /// The value as merging sees it: emptied structures are null.
  static JsonNode of(JsonNode value, FieldSet unwanted, Schema schema) {
    return new Removal(true).from(value, unwanted, schema);
  }

  /// The value as it is stored: emptied structures are there, empty.
  static JsonNode cleanly(JsonNode value, FieldSet unwanted, Schema schema) {
    return new Removal(false).from(value, unwanted, schema);
  }

  private JsonNode from(JsonNode value, FieldSet unwanted, Schema schema) {
    if (unwanted.isEmpty() || value.isEmpty()) {
      return value;
    }
    return switch (Shapes.kind(schema, value)) {
      case LEAF -> value.isContainer() ? NullNode.getInstance() : value;
      case OBJECT ->
          value instanceof ObjectNode object ? fromObject(object, unwanted, schema) : value;
      case LIST -> value instanceof ArrayNode array ? fromList(array, unwanted, schema) : value;
    };
  }

  private JsonNode fromObject(ObjectNode object, FieldSet unwanted, Schema schema) {
    ObjectNode kept = Json.object();
    for (Map.Entry<String, JsonNode> field : object.properties()) {
      String name = field.getKey();
      PathElement element = PathElement.field(name);
      if (!unwanted.has(element)) {
        Schema shape = Shapes.field(schema, name);
        kept.set(name, from(field.getValue(), unwanted.below(element), shape));
      }
    }
    return kept.isEmpty() && nullsEmptied ? NullNode.getInstance() : kept;
  }

  private JsonNode fromList(ArrayNode array, FieldSet unwanted, Schema schema) {
    ArrayNode kept = Json.array();
    Schema shape = Shapes.element(schema);
    for (JsonNode item : array) {
      PathElement element = Shapes.element(schema, item);
      if (!unwanted.has(element)) {
        kept.add(from(item, unwanted.below(element), shape));
      }
    }
    return kept.isEmpty() && nullsEmptied ? NullNode.getInstance() : kept;
  }
}
