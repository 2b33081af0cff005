package dev.slipway.apiserver.schema;

import dev.slipway.apiserver.schema.Schema.Bounds;
import dev.slipway.apiserver.schema.Schema.ListType;
import dev.slipway.apiserver.schema.Schema.Rule;
import dev.slipway.base.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// Reads OpenAPI v3 schemas as CustomResourceDefinitions carry them. Never fails: what is not
/// structural is read as far as it goes, and [StructuralRules] says what is wrong with it.
public final class SchemaReader {
  /// Keywords that restrict values, kept raw in [Schema.Bounds].
  private static final Set<String> BOUNDS =
      Set.of(
          "maximum",
          "exclusiveMaximum",
          "minimum",
          "exclusiveMinimum",
          "maxLength",
          "minLength",
          "pattern",
          "maxItems",
          "minItems",
          "uniqueItems",
          "multipleOf",
          "maxProperties",
          "minProperties",
          "enum",
          "allOf",
          "anyOf",
          "oneOf",
          "not");

  private SchemaReader() {}

  /// Reads one schema with all below it.
  public static Schema read(JsonNode raw) {
    Schema.Type type = type(raw);
    Schema.Builder schema =
        Schema.of(type)
            .description(Json.text(raw, "description"))
            .format(Json.text(raw, "format"))
            .nullable(raw.path("nullable").asBoolean(false))
            .preserveUnknown(raw.path("x-kubernetes-preserve-unknown-fields").asBoolean(false))
            .embedded(raw.path("x-kubernetes-embedded-resource").asBoolean(false))
            .atomicMap(Json.text(raw, "x-kubernetes-map-type").equals("atomic"))
            .list(listType(raw), texts(raw.path("x-kubernetes-list-map-keys")))
            .required(new LinkedHashSet<>(texts(raw.path("required"))))
            .bounds(bounds(raw))
            .rules(rules(raw.path("x-kubernetes-validations")));
    for (Map.Entry<String, JsonNode> property : raw.path("properties").properties()) {
      schema.property(property.getKey(), read(property.getValue()));
    }
    JsonNode values = raw.path("additionalProperties");
    if (values.isObject() || values.asBoolean(false)) {
      schema.values(values.isObject() ? read(values) : Schema.ANYTHING);
    }
    if (raw.path("items").isObject()) {
      schema.items(read(raw.path("items")));
    }
    if (raw.has("default")) {
      schema.defaultValue(raw.path("default"));
    }
    return schema.build();
  }

  static Schema.Type type(JsonNode raw) {
    if (raw.path("x-kubernetes-int-or-string").asBoolean(false)) {
      return Schema.Type.INT_OR_STRING;
    }
    return switch (Json.text(raw, "type")) {
      case "object" -> Schema.Type.OBJECT;
      case "array" -> Schema.Type.ARRAY;
      case "string" -> Schema.Type.STRING;
      case "integer" -> Schema.Type.INTEGER;
      case "number" -> Schema.Type.NUMBER;
      case "boolean" -> Schema.Type.BOOLEAN;
      default -> Schema.Type.ANY;
    };
  }

  static List<String> texts(JsonNode raw) {
    var all = new ArrayList<String>();
    for (JsonNode each : raw) {
      if (each.isString()) {
        all.add(each.stringValue());
      }
    }
    return all;
  }

  private static ListType listType(JsonNode raw) {
    return switch (Json.text(raw, "x-kubernetes-list-type")) {
      case "set" -> ListType.SET;
      case "map" -> ListType.MAP;
      default -> ListType.ATOMIC;
    };
  }

  private static Bounds bounds(JsonNode raw) {
    var keywords = new LinkedHashMap<String, JsonNode>();
    for (Map.Entry<String, JsonNode> keyword : raw.properties()) {
      if (BOUNDS.contains(keyword.getKey())) {
        keywords.put(keyword.getKey(), keyword.getValue());
      }
    }
    return keywords.isEmpty() ? Bounds.NONE : new Bounds(keywords);
  }

  private static List<Rule> rules(JsonNode raw) {
    var rules = new ArrayList<Rule>();
    for (JsonNode each : raw) {
      rules.add(
          new Rule(
              Json.text(each, "rule"),
              Json.text(each, "message"),
              Json.text(each, "messageExpression"),
              each.path("reason").asString("FieldValueInvalid"),
              Json.text(each, "fieldPath"),
              each.has("optionalOldSelf")
                  ? Optional.of(each.path("optionalOldSelf").asBoolean(false))
                  : Optional.empty()));
    }
    return rules;
  }
}
