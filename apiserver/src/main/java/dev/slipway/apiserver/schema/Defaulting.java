package dev.slipway.apiserver.schema;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Fills in what a schema gives defaults for; idempotent.
///
/// A null where null is not allowed counts as absent: it is dropped, or replaced by the default.
/// Source: `k8s.io/apiextensions-apiserver/pkg/apiserver/schema/defaulting/algorithm.go`.
public final class Defaulting {
  private Defaulting() {}

  /// Changes the value in place.
  public static void apply(JsonNode value, Schema schema) {
    switch (value) {
      case ObjectNode object -> object(object, schema);
      case ArrayNode array -> schema.items().ifPresent(items -> array(array, items));
      default -> {}
    }
  }

  private static void object(ObjectNode object, Schema schema) {
    dropNulls(object, schema);
    for (Map.Entry<String, Schema> property : schema.properties().entrySet()) {
      Optional<JsonNode> fallback = property.getValue().defaultValue();
      if (fallback.isEmpty()) {
        continue;
      }
      JsonNode found = object.get(property.getKey());
      if (found == null || (found.isNull() && !property.getValue().nullable())) {
        object.set(property.getKey(), fallback.get().deepCopy());
      }
    }
    for (Map.Entry<String, JsonNode> field : object.properties()) {
      if (field.getValue().isContainer()) {
        schema.field(field.getKey()).ifPresent(shape -> apply(field.getValue(), shape));
      }
    }
  }

  private static void dropNulls(ObjectNode object, Schema schema) {
    List<String> dropped = new ArrayList<>();
    for (Map.Entry<String, JsonNode> field : object.properties()) {
      if (field.getValue().isNull()) {
        String name = field.getKey();
        Schema property = schema.properties().get(name);
        Schema shape = property != null ? property : schema.values().orElse(Schema.ANYTHING);
        if (!shape.nullable()) {
          if (shape.defaultValue().isEmpty()) {
            dropped.add(name);
          } else {
            field.setValue(shape.defaultValue().get().deepCopy());
          }
        }
      }
    }
    dropped.forEach(object::remove);
  }

  private static void array(ArrayNode array, Schema items) {
    for (int i = 0; i < array.size(); i++) {
      if (array.get(i).isNull() && !items.nullable() && items.defaultValue().isPresent()) {
        array.set(i, items.defaultValue().get().deepCopy());
      }
      apply(array.get(i), items);
    }
  }
}
