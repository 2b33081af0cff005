package dev.slipway.apiserver.schema;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Drops fields a schema does not know. Costs nothing but the walk where there are none.
///
/// Source: `k8s.io/apiextensions-apiserver/pkg/apiserver/schema/pruning/algorithm.go`.
public final class Pruning {
  private final List<String> unknown = new ArrayList<>();

  private Pruning() {}

  /// A step on the way to a field, made as cheaply as the walk allows.
  private record Step(@Nullable Step parent, String field, int index) {
    Step field(String name) {
      return new Step(this, name, -1);
    }

    Step index(int position) {
      return new Step(this, "", position);
    }

    void write(StringBuilder text) {
      if (parent == null) {
        return;
      }
      parent.write(text);
      if (index >= 0) {
        text.append('[').append(index).append(']');
      } else {
        text.append(text.isEmpty() ? "" : ".").append(field);
      }
    }
  }

  /// Changes the object in place.
  ///
  /// @return the paths of what was dropped, sorted: `spec.foo`, `spec.containers[0].bar`
  public static List<String> prune(ObjectNode object, Schema schema) {
    var pruning = new Pruning();
    pruning.object(object, schema, new Step(null, "", -1));
    pruning.unknown.sort(null);
    return pruning.unknown;
  }

  /// What `fieldValidation` Warn and Strict say about each path: `unknown field "spec.foo"`.
  public static List<String> sentences(List<String> paths) {
    return paths.stream().map(path -> "unknown field \"" + path + '"').toList();
  }

  /// The refusal under Strict.
  public static String strict(List<String> paths) {
    return sentences(paths).stream()
        .collect(Collectors.joining(", ", "strict decoding error: ", ""));
  }

  private void value(JsonNode value, Schema schema, Step here) {
    switch (value) {
      case ObjectNode object -> object(object, schema, here);
      case ArrayNode array -> array(array, schema, here);
      default -> {}
    }
  }

  private void object(ObjectNode object, Schema schema, Step here) {
    Iterator<Map.Entry<String, JsonNode>> fields = object.properties().iterator();
    boolean isOpen = schema.preserveUnknown();
    while (fields.hasNext()) {
      Map.Entry<String, JsonNode> field = fields.next();
      String name = field.getKey();
      Schema known = schema.properties().get(name);
      Schema shape = known != null ? known : schema.values().orElse(null);
      if (shape != null) {
        if (field.getValue().isContainer()) {
          value(field.getValue(), shape, here.field(name));
        }
      } else if (!isOpen && !(schema.embedded() && isMeta(name))) {
        var path = new StringBuilder();
        here.field(name).write(path);
        unknown.add(path.toString());
        fields.remove();
      }
    }
  }

  private void array(ArrayNode array, Schema schema, Step here) {
    Schema items = schema.items().orElse(null);
    if (items == null || isOpaque(items)) {
      return;
    }
    for (int i = 0; i < array.size(); i++) {
      if (array.get(i).isContainer()) {
        value(array.get(i), items, here.index(i));
      }
    }
  }

  private static boolean isOpaque(Schema schema) {
    return switch (schema.type()) {
      case STRING, INTEGER, NUMBER, BOOLEAN, INT_OR_STRING -> true;
      case ANY, OBJECT, ARRAY -> false;
    };
  }

  private static boolean isMeta(String name) {
    return name.equals("apiVersion") || name.equals("kind") || name.equals("metadata");
  }
}
