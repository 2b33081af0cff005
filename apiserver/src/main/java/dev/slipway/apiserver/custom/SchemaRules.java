package dev.slipway.apiserver.custom;

import dev.slipway.apiserver.cel.CelCheck;
import dev.slipway.apiserver.schema.Defaulting;
import dev.slipway.apiserver.schema.Pruning;
import dev.slipway.apiserver.schema.Schema;
import dev.slipway.apiserver.schema.SchemaReader;
import dev.slipway.apiserver.schema.StructuralRules;
import dev.slipway.apiserver.schema.Validation;
import dev.slipway.base.FieldPath;
import dev.slipway.base.Json;
import dev.slipway.base.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Judges the schema of one version of a definition.
/// Source: `k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/validation`.
final class SchemaRules {
  private static final Set<String> TYPES =
      Set.of("array", "boolean", "integer", "number", "object", "string");
  private static final Set<String> UNSUPPORTED =
      Set.of("id", "additionalItems", "patternProperties", "definitions", "dependencies", "$ref");
  private static final Set<String> META = Set.of("metadata", "kind", "apiVersion");
  private static final Set<String> NOT_AT_ROOT =
      Set.of(
          "enum",
          "maxProperties",
          "minProperties",
          "allOf",
          "oneOf",
          "anyOf",
          "not",
          "additionalProperties",
          "default",
          "nullable",
          "x-kubernetes-embedded-resource",
          "x-kubernetes-int-or-string",
          "x-kubernetes-list-map-keys",
          "x-kubernetes-list-type",
          "x-kubernetes-map-type");
  private static final String ALLOWED_AT_ROOT =
      "[Description Type Format Title Maximum ExclusiveMaximum Minimum ExclusiveMinimum MaxLength"
          + " MinLength Pattern MaxItems MinItems UniqueItems MultipleOf Required Items Properties"
          + " ExternalDocs Example XPreserveUnknownFields XValidations]";
  private static final String MUTUAL = "additionalProperties and properties are mutual exclusive";
  private static final List<String> JUNCTORS = List.of("allOf", "oneOf", "anyOf");

  private final List<Problem> problems = new ArrayList<>();

  private SchemaRules() {}

  /// @param raw an `openAPIV3Schema`
  static List<Problem> problems(JsonNode raw, boolean status, FieldPath here) {
    var rules = new SchemaRules();
    rules.root(raw, status, here);
    List<Problem> structural = StructuralRules.problems(raw, here);
    rules.problems.addAll(structural);
    if (structural.isEmpty()) {
      rules.defaults(raw, SchemaReader.read(raw), here, false);
    }
    rules.node(raw, here, true);
    if (rules.problems.isEmpty()) {
      rules.problems.addAll(CelCheck.problems(SchemaReader.read(raw), here));
    }
    return rules.problems;
  }

  private void root(JsonNode raw, boolean status, FieldPath here) {
    if (raw.path("nullable").asBoolean(false)) {
      problems.add(
          Problem.forbidden(here.field("nullable"), "nullable cannot be true at the root"));
    }
    for (String name : raw.propertyNames()) {
      if (status && NOT_AT_ROOT.contains(name)) {
        problems.add(
            Problem.invalid(
                here,
                raw,
                "only "
                    + ALLOWED_AT_ROOT
                    + " fields are allowed at the root of the schema if the status subresource is"
                    + " enabled"));
        return;
      }
    }
  }

  private void node(JsonNode raw, FieldPath here, boolean root) {
    keywords(raw, here);
    types(raw, here);
    lists(raw, here);
    rules(raw.path("x-kubernetes-validations"), raw, here.field("x-kubernetes-validations"));
    JsonNode additional = raw.path("additionalProperties");
    if (!raw.path("properties").isEmpty()
        && (additional.isObject() || (additional.isBoolean() && !additional.asBoolean()))) {
      problems.add(Problem.forbidden(here.field("additionalProperties"), MUTUAL));
    }
    if (additional.isObject()) {
      node(additional, here.field("additionalProperties"), false);
    }
    for (Map.Entry<String, JsonNode> property : raw.path("properties").properties()) {
      FieldPath there = here.field("properties").key(property.getKey());
      if (root && META.contains(property.getKey())) {
        noDefaults(property.getValue(), there, "in top-level " + property.getKey());
      }
      node(property.getValue(), there, false);
    }
    for (String junctor : JUNCTORS) {
      for (int i = 0; i < raw.path(junctor).size(); i++) {
        node(raw.path(junctor).get(i), here.field(junctor).index(i), false);
      }
    }
    if (raw.path("not").isObject()) {
      node(raw.path("not"), here.field("not"), false);
    }
    if (raw.path("items").isObject()) {
      node(raw.path("items"), here.field("items"), false);
    }
  }

  private void noDefaults(JsonNode raw, FieldPath here, String where) {
    if (raw.has("default")) {
      problems.add(Problem.forbidden(here.field("default"), "must not be set " + where));
    }
    for (Map.Entry<String, JsonNode> property : raw.path("properties").properties()) {
      noDefaults(property.getValue(), here.field("properties").key(property.getKey()), where);
    }
  }

  private void keywords(JsonNode raw, FieldPath here) {
    String type = Json.text(raw, "type");
    if (type.equals("null")) {
      problems.add(
          Problem.forbidden(
              here.field("type"), "type cannot be set to null, use nullable as an alternative"));
    }
    if (!type.isEmpty() && !TYPES.contains(type)) {
      problems.add(Problem.notSupported(here.field("type"), type, TYPES));
    }
    for (String name : raw.propertyNames()) {
      if (UNSUPPORTED.contains(name)) {
        problems.add(Problem.forbidden(here.field(name), name + " is not supported"));
      }
    }
    if (raw.path("items").isArray()) {
      problems.add(
          Problem.forbidden(here.field("items"), "items must be a schema object and not an array"));
    }
    if (raw.path("uniqueItems").asBoolean(false)) {
      problems.add(
          Problem.forbidden(
              here.field("uniqueItems"),
              "uniqueItems cannot be set to true since the runtime complexity becomes quadratic"));
    }
    JsonNode preserve = raw.path("x-kubernetes-preserve-unknown-fields");
    if (preserve.isBoolean() && !preserve.asBoolean()) {
      problems.add(
          Problem.invalid(
              here.field("x-kubernetes-preserve-unknown-fields"),
              false,
              "must be true or undefined"));
    }
  }

  private void types(JsonNode raw, FieldPath here) {
    String type = Json.text(raw, "type");
    extensionNeeds(raw, here, "x-kubernetes-map-type", type, "object");
    extensionNeeds(raw, here, "x-kubernetes-list-type", type, "array");
    String mapType = Json.text(raw, "x-kubernetes-map-type");
    if (!mapType.isEmpty() && !Set.of("atomic", "granular").contains(mapType)) {
      problems.add(
          Problem.notSupported(
              here.field("x-kubernetes-map-type"), mapType, List.of("atomic", "granular")));
    }
    String listType = Json.text(raw, "x-kubernetes-list-type");
    if (!listType.isEmpty() && !Set.of("atomic", "set", "map").contains(listType)) {
      problems.add(
          Problem.notSupported(
              here.field("x-kubernetes-list-type"), listType, List.of("atomic", "map", "set")));
    }
  }

  private void extensionNeeds(
      JsonNode raw, FieldPath here, String extension, String type, String wanted) {
    if (raw.has(extension) && !type.equals(wanted)) {
      String detail = "must be " + wanted + " if " + extension + " is specified";
      problems.add(
          type.isEmpty()
              ? Problem.required(here.field("type"), detail)
              : Problem.invalid(here.field("type"), type, detail));
    }
  }

  private void lists(JsonNode raw, FieldPath here) {
    String listType = Json.text(raw, "x-kubernetes-list-type");
    JsonNode keys = raw.path("x-kubernetes-list-map-keys");
    if (!keys.isEmpty() && !listType.equals("map")) {
      String detail = "must be map if x-kubernetes-list-map-keys is non-empty";
      FieldPath field = here.field("x-kubernetes-list-type");
      problems.add(
          listType.isEmpty()
              ? Problem.required(field, detail)
              : Problem.invalid(field, listType, detail));
    }
    JsonNode items = raw.path("items");
    if (listType.equals("map")) {
      mapList(items, keys, here);
    }
    if (listType.equals("set")) {
      setList(items, here.field("items"));
    }
    if ((listType.equals("map") || listType.equals("set"))
        && items.path("nullable").asBoolean(false)) {
      problems.add(
          Problem.forbidden(
              here.field("items", "nullable"),
              "cannot be nullable when x-kubernetes-list-type is " + listType));
    }
  }

  private void setList(JsonNode items, FieldPath here) {
    String detail = "must be atomic as item of a list with x-kubernetes-list-type=set";
    String nested = Json.text(items, "x-kubernetes-list-type");
    if (Json.text(items, "type").equals("array") && !nested.isEmpty() && !nested.equals("atomic")) {
      problems.add(Problem.invalid(here.field("x-kubernetes-list-type"), nested, detail));
    }
    if (Json.text(items, "type").equals("object")
        && !Json.text(items, "x-kubernetes-map-type").equals("atomic")) {
      problems.add(
          Problem.invalid(
              here.field("x-kubernetes-map-type"),
              Json.text(items, "x-kubernetes-map-type"),
              detail));
    }
  }

  private void mapList(JsonNode items, JsonNode keys, FieldPath here) {
    FieldPath keysField = here.field("x-kubernetes-list-map-keys");
    if (keys.isEmpty()) {
      problems.add(
          Problem.required(keysField, "must not be empty if x-kubernetes-list-type is map"));
    }
    if (!items.isObject()) {
      problems.add(
          Problem.required(
              here.field("items"), "must have a schema if x-kubernetes-list-type is map"));
      return;
    }
    if (!Json.text(items, "type").equals("object")) {
      problems.add(
          Problem.invalid(
              here.field("items", "type"),
              Json.text(items, "type"),
              "must be object if parent array's x-kubernetes-list-type is map"));
      return;
    }
    var seen = new java.util.HashSet<String>();
    for (JsonNode each : keys) {
      String key = each.asString("");
      if (!seen.add(key)) {
        problems.add(Problem.invalid(keysField, keys, "must not contain duplicate entries"));
      }
      mapKey(items, key, keys, here);
    }
  }

  private void mapKey(JsonNode items, String key, JsonNode keys, FieldPath here) {
    JsonNode property = items.path("properties").path(key);
    FieldPath field = here.field("items", "properties").key(key);
    if (!property.isObject()) {
      problems.add(
          Problem.invalid(
              here.field("x-kubernetes-list-map-keys"),
              keys,
              "entries must all be names of item properties"));
      return;
    }
    if (Set.of("array", "object").contains(Json.text(property, "type"))) {
      problems.add(
          Problem.invalid(
              field.field("type"),
              Json.text(property, "type"),
              "must be a scalar type if parent array's x-kubernetes-list-type is map"));
    }
    boolean required = false;
    for (JsonNode each : items.path("required")) {
      required |= each.asString("").equals(key);
    }
    if (!required && !property.has("default")) {
      problems.add(
          Problem.required(
              field.field("default"),
              "this property is in x-kubernetes-list-map-keys, so it must have a default or be a"
                  + " required property"));
    }
    if (property.path("nullable").asBoolean(false)) {
      problems.add(
          Problem.forbidden(
              field.field("nullable"),
              "this property is in x-kubernetes-list-map-keys, so it cannot be nullable"));
    }
  }

  private void rules(JsonNode rules, JsonNode raw, FieldPath here) {
    for (int i = 0; i < rules.size(); i++) {
      FieldPath field = here.index(i);
      JsonNode rule = rules.get(i);
      String text = Json.text(rule, "rule").strip();
      String message = Json.text(rule, "message");
      if (text.isEmpty()) {
        problems.add(Problem.required(field.field("rule"), "rule is not specified"));
      } else if (!message.isEmpty() && message.isBlank()) {
        problems.add(
            Problem.invalid(field.field("message"), message, "must be non-empty if specified"));
      } else if (message.strip().lines().count() > 1) {
        problems.add(
            Problem.invalid(field.field("message"), message, "must not contain line breaks"));
      } else if (text.lines().count() > 1 && message.isBlank()) {
        problems.add(
            Problem.required(
                field.field("message"), "message must be specified if rule contains line breaks"));
      }
      ruleExtras(rule, raw, field);
    }
  }

  private void ruleExtras(JsonNode rule, JsonNode raw, FieldPath field) {
    String expression = Json.text(rule, "messageExpression");
    if (!expression.isEmpty() && expression.isBlank()) {
      problems.add(
          Problem.required(
              field.field("messageExpression"),
              "messageExpression must be non-empty if specified"));
    }
    Set<String> reasons =
        Set.of(
            "FieldValueRequired",
            "FieldValueForbidden",
            "FieldValueInvalid",
            "FieldValueDuplicate");
    String reason = Json.text(rule, "reason");
    if (!reason.isEmpty() && !reasons.contains(reason)) {
      problems.add(Problem.notSupported(field.field("reason"), reason, reasons));
    }
    String path = Json.text(rule, "fieldPath");
    if (!path.isEmpty() && path.isBlank()) {
      problems.add(
          Problem.invalid(field.field("fieldPath"), path, "must be non-empty if specified"));
    } else if (!path.isEmpty() && SchemaPath.find(raw, path).isEmpty()) {
      problems.add(Problem.invalid(field.field("fieldPath"), path, "must be a valid path"));
    }
  }

  /// Each default must be a valid, pruned value of its own schema.
  private void defaults(JsonNode raw, Schema schema, FieldPath here, boolean inMeta) {
    if (schema.defaultValue().isPresent() && !inMeta) {
      JsonNode value = schema.defaultValue().get();
      FieldPath field = here.field("default");
      JsonNode pruned = value.deepCopy();
      if (pruned instanceof ObjectNode object && !Pruning.prune(object, schema).isEmpty()) {
        problems.add(Problem.invalid(field, value, "must not have unknown fields"));
      }
      JsonNode whole = value.deepCopy();
      Defaulting.apply(whole, schema);
      for (Problem each : Validation.of(schema).validate(value)) {
        String below =
            each.field().isEmpty() || each.field().startsWith("<") ? "" : "." + each.field();
        problems.add(new Problem(each.type(), field + below, each.found(), prefixed(each, field)));
      }
    }
    for (Map.Entry<String, Schema> property : schema.properties().entrySet()) {
      String name = property.getKey();
      boolean meta = schema.embedded() && META.contains(name);
      defaults(
          raw.path("properties").path(name),
          property.getValue(),
          here.field("properties").key(name),
          inMeta || meta);
    }
    if (schema.items().isPresent()) {
      defaults(raw.path("items"), schema.items().get(), here.field("items"), inMeta);
    }
  }

  private static String prefixed(Problem problem, FieldPath field) {
    return problem.field().isEmpty() && problem.detail().startsWith(" in body")
        ? field + problem.detail()
        : problem.detail();
  }
}
