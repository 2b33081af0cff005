package dev.slipway.apiserver.schema;

import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Judges the JSON types of a built-in kind in the words of a Go decoder, which is what clients of
/// built-in kinds see: `json: cannot unmarshal string into Go struct field
/// DeploymentSpec.spec.replicas
/// of type int32`. Only the first mistake is told.
public final class DecodeCheck {
  private static final long MAX_INT32 = Integer.MAX_VALUE;

  private DecodeCheck() {}

  /// The mistake, or empty where every field has the type its schema says.
  public static Optional<String> problem(ObjectNode object, Schema schema) {
    return object(object, schema, schema, "");
  }

  private static Optional<String> object(
      ObjectNode object, Schema schema, Schema struct, String path) {
    for (Map.Entry<String, JsonNode> field : object.properties()) {
      Schema known = schema.properties().get(field.getKey());
      Schema shape = known != null ? known : schema.values().orElse(null);
      if (shape == null || field.getValue().isNull()) {
        continue;
      }
      Schema owner = known != null ? schema : struct;
      Optional<String> problem =
          known != null
              ? value(field.getValue(), shape, owner, join(path, field.getKey()))
              : value(field.getValue(), shape, owner, path);
      if (problem.isPresent()) {
        return problem;
      }
    }
    return Optional.empty();
  }

  private static Optional<String> value(JsonNode value, Schema schema, Schema struct, String path) {
    boolean fits =
        switch (schema.type()) {
          case ANY -> true;
          case OBJECT -> value.isObject();
          case ARRAY -> value.isArray();
          case STRING -> value.isString();
          case BOOLEAN -> value.isBoolean();
          case NUMBER -> value.isNumber();
          case INTEGER -> isWhole(value, schema);
          case INT_OR_STRING -> value.isString() || value.canConvertToExactIntegral();
        };
    if (!fits) {
      return Optional.of(words(value, schema, struct, path));
    }
    return switch (value) {
      case ObjectNode object ->
          object(object, schema, schema.typeName().isEmpty() ? struct : schema, path);
      case ArrayNode array -> elements(array, schema, struct, path);
      default -> Optional.empty();
    };
  }

  private static Optional<String> elements(
      ArrayNode array, Schema schema, Schema struct, String path) {
    if (schema.items().isPresent()) {
      for (JsonNode each : array) {
        Optional<String> problem =
            each.isNull() ? Optional.empty() : value(each, schema.items().get(), struct, path);
        if (problem.isPresent()) {
          return problem;
        }
      }
    }
    return Optional.empty();
  }

  private static boolean isWhole(JsonNode value, Schema schema) {
    if (!value.isNumber() || !value.canConvertToExactIntegral()) {
      return false;
    }
    return schema.format().equals("int32")
        ? value.canConvertToLong() && Math.abs(value.asLong()) <= MAX_INT32
        : value.canConvertToLong();
  }

  private static String words(JsonNode value, Schema schema, Schema struct, String path) {
    String owner = simpleName(struct.typeName());
    String where = owner.isEmpty() ? path : owner + "." + path;
    return "json: cannot unmarshal "
        + found(value)
        + " into Go struct field "
        + where
        + " of type "
        + goType(schema);
  }

  private static String found(JsonNode value) {
    return switch (value.getNodeType()) {
      case OBJECT -> "object";
      case ARRAY -> "array";
      case STRING -> "string";
      case BOOLEAN -> "bool";
      case NUMBER ->
          value.canConvertToExactIntegral() && !value.isFloatingPointNumber()
              ? "number"
              : "number " + value;
      case NULL, MISSING, BINARY, POJO -> "null";
    };
  }

  private static String goType(Schema schema) {
    return switch (schema.type()) {
      case ANY -> "interface {}";
      case STRING -> schema.format().equals("byte") ? "[]uint8" : "string";
      case BOOLEAN -> "bool";
      case INTEGER -> schema.format().isEmpty() ? "int" : schema.format();
      case NUMBER -> "float64";
      case INT_OR_STRING -> "intstr.IntOrString";
      case ARRAY -> "[]" + schema.items().map(DecodeCheck::goType).orElse("interface {}");
      case OBJECT ->
          schema.typeName().isEmpty()
              ? "map[string]" + schema.values().map(DecodeCheck::goType).orElse("interface {}")
              : packaged(schema.typeName());
    };
  }

  /// `io.k8s.api.core.v1.PodSpec` is `v1.PodSpec` in Go.
  private static String packaged(String typeName) {
    int last = typeName.lastIndexOf('.');
    return last < 0 ? typeName : typeName.substring(typeName.lastIndexOf('.', last - 1) + 1);
  }

  private static String simpleName(String typeName) {
    return typeName.substring(typeName.lastIndexOf('.') + 1);
  }

  private static String join(String path, String field) {
    return path.isEmpty() ? field : path + "." + field;
  }
}
