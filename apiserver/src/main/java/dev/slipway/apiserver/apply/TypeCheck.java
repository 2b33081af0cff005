package dev.slipway.apiserver.apply;

import dev.slipway.apiserver.patch.GoText;
import dev.slipway.apiserver.schema.Schema;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Whether an applied configuration has the shape its schema demands: types, declared fields, no
/// element twice in a set or associative list.
///
/// Source: `structured-merge-diff/typed/validate.go`.
final class TypeCheck {
  private final List<String> problems = new ArrayList<>();

  private TypeCheck() {}

  /// What is wrong, each as `PATH: MESSAGE`; empty where nothing is.
  static List<String> of(JsonNode value, Schema schema) {
    var check = new TypeCheck();
    check.check("", value, schema);
    return check.problems;
  }

  /// All problems in one text, as the original joins them.
  static String join(List<String> problems) {
    return problems.size() == 1
        ? problems.getFirst()
        : "errors:\n  " + String.join("\n  ", problems);
  }

  private void check(String path, JsonNode value, Schema schema) {
    if (value.isNull()) {
      return;
    }
    switch (schema.type()) {
      case OBJECT -> {
        if (value instanceof ObjectNode object) {
          checkFields(path, object, schema);
        } else {
          report(path, "expected map, got &{" + GoText.of(value) + "}");
        }
      }
      case ARRAY -> {
        if (value instanceof ArrayNode array) {
          checkElements(path, array, schema);
        } else {
          report(path, "expected list, got &{" + GoText.of(value) + "}");
        }
      }
      case STRING -> checkText(path, value, schema);
      case INTEGER, NUMBER ->
          require(
              value.isNumber(), path, "expected numeric (int or float), got " + GoText.type(value));
      case BOOLEAN ->
          require(value.isBoolean(), path, "expected boolean, got &{" + GoText.of(value) + "}");
      case INT_OR_STRING ->
          require(
              !value.isContainer(), path, "expected any scalar, got &{" + GoText.of(value) + "}");
      case ANY -> {
        // anything goes
      }
    }
  }

  /// Quantities are written as text or as numbers.
  private void checkText(String path, JsonNode value, Schema schema) {
    boolean quantity =
        schema.typeName().endsWith(".Quantity") || schema.format().equals("quantity");
    require(
        quantity ? !value.isContainer() : value.isString(),
        path,
        "expected string, got &value.valueUnstructured{Value:" + GoText.of(value) + "}");
  }

  private void checkFields(String path, ObjectNode object, Schema schema) {
    boolean open =
        schema.preserveUnknown() || schema.values().isPresent() || schema.properties().isEmpty();
    for (Map.Entry<String, JsonNode> field : object.properties()) {
      String name = field.getKey();
      String below = path + "." + name;
      if (open || Shapes.isDeclared(schema, name)) {
        check(below, field.getValue(), Shapes.field(schema, name));
      } else {
        report(below, "field not declared in schema");
      }
    }
  }

  private void checkElements(String path, ArrayNode array, Schema schema) {
    Set<PathElement> seen = new HashSet<>();
    Schema element = Shapes.element(schema);
    boolean atomic = schema.listType() == Schema.ListType.ATOMIC;
    for (int i = 0; i < array.size(); i++) {
      PathElement name = new PathElement.Index(i);
      if (!atomic) {
        try {
          name = Shapes.element(schema, array.get(i));
        } catch (MismatchException nameless) {
          report(path, "element " + i + ": " + nameless.getMessage());
          return;
        }
        require(seen.add(name), path, "duplicate entries for key " + name.text());
      }
      check(path + name.text(), array.get(i), element);
    }
  }

  private void require(boolean holds, String path, String message) {
    if (!holds) {
      report(path, message);
    }
  }

  private void report(String path, String message) {
    problems.add(path.isEmpty() ? message : path + ": " + message);
  }
}
