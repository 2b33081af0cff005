package dev.slipway.apiserver.discovery;

import dev.slipway.apiserver.schema.Schema;
import dev.slipway.base.Json;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Writes [Schema] trees as OpenAPI schemas; named types become shared definitions.
final class SchemaDocument {
  /// The dialects differ in where shared definitions live and in how a reference may carry a
  /// description.
  enum Dialect {
    V2("#/definitions/"),
    V3("#/components/schemas/");

    private final String prefix;

    Dialect(String prefix) {
      this.prefix = prefix;
    }
  }

  private final Dialect dialect;
  private final Function<String, Optional<Schema>> types;
  private final Map<String, ObjectNode> definitions = new TreeMap<>();

  /// @param types the named types as they are by themselves: a field of such a type carries the
  ///     field's own description and default
  SchemaDocument(Dialect dialect, Function<String, Optional<Schema>> types) {
    this.dialect = dialect;
    this.types = types;
  }

  /// All named types written so far.
  ObjectNode definitions() {
    ObjectNode all = Json.object();
    definitions.forEach(all::set);
    return all;
  }

  /// A definition of its own, whatever the schema calls itself.
  ObjectNode define(String name, Schema schema) {
    ObjectNode known = definitions.get(name);
    if (known == null) {
      known = Json.object();
      definitions.put(name, known);
      write(schema, known);
    }
    return known;
  }

  ObjectNode reference(String name) {
    return Json.object().put("$ref", dialect.prefix + name);
  }

  private ObjectNode inline(Schema schema) {
    if (schema.typeName().isEmpty()) {
      return write(schema, Json.object());
    }
    define(schema.typeName(), types.apply(schema.typeName()).orElse(schema));
    if (dialect == Dialect.V2) {
      return reference(schema.typeName());
    }
    ObjectNode wrapped = Json.object();
    if (!schema.description().isEmpty()) {
      wrapped.put("description", schema.description());
    }
    wrapped.putArray("allOf").add(reference(schema.typeName()));
    return wrapped;
  }

  private ObjectNode write(Schema schema, ObjectNode out) {
    if (!schema.description().isEmpty()) {
      out.put("description", schema.description());
    }
    type(schema, out);
    if (!schema.format().isEmpty()) {
      out.put("format", schema.format());
    }
    if (schema.nullable() && schema.type() != Schema.Type.ANY && dialect == Dialect.V3) {
      out.put("nullable", true);
    }
    schema.defaultValue().ifPresent(value -> out.set("default", value));
    for (Map.Entry<String, JsonNode> each : schema.bounds().keywords().entrySet()) {
      if (dialect == Dialect.V3 || !V3_ONLY.contains(each.getKey())) {
        out.set(each.getKey(), each.getValue());
      }
    }
    structure(schema, out);
    extensions(schema, out);
    return out;
  }

  /// Keywords that Swagger 2.0 does not have.
  private static final List<String> V3_ONLY = List.of("oneOf", "anyOf", "not", "allOf");

  private static void type(Schema schema, ObjectNode out) {
    switch (schema.type()) {
      case OBJECT -> out.put("type", "object");
      case ARRAY -> out.put("type", "array");
      case STRING -> out.put("type", "string");
      case INTEGER -> out.put("type", "integer");
      case NUMBER -> out.put("type", "number");
      case BOOLEAN -> out.put("type", "boolean");
      case INT_OR_STRING -> out.put("x-kubernetes-int-or-string", true);
      case ANY -> {}
    }
  }

  private void structure(Schema schema, ObjectNode out) {
    if (!schema.properties().isEmpty()) {
      ObjectNode properties = out.putObject("properties");
      schema.properties().forEach((name, each) -> properties.set(name, inline(each)));
    }
    if (!schema.required().isEmpty()) {
      ArrayNode required = out.putArray("required");
      schema.required().stream().sorted().forEach(required::add);
    }
    schema.values().ifPresent(values -> out.set("additionalProperties", inline(values)));
    schema.items().ifPresent(items -> out.set("items", inline(items)));
  }

  private static void extensions(Schema schema, ObjectNode out) {
    if (schema.type() == Schema.Type.ARRAY) {
      list(schema, out);
    }
    if (schema.atomicMap()) {
      out.put("x-kubernetes-map-type", "atomic");
    }
    if (schema.preserveUnknown() && schema.type() != Schema.Type.ANY) {
      out.put("x-kubernetes-preserve-unknown-fields", true);
    }
    if (schema.embedded()) {
      out.put("x-kubernetes-embedded-resource", true);
    }
    if (!schema.patchMergeKey().isEmpty()) {
      out.put("x-kubernetes-patch-merge-key", schema.patchMergeKey());
    }
    if (!schema.patchStrategies().isEmpty()) {
      out.put(
          "x-kubernetes-patch-strategy",
          String.join(",", schema.patchStrategies().stream().sorted().toList()));
    }
    rules(schema, out);
  }

  private static void list(Schema schema, ObjectNode out) {
    switch (schema.listType()) {
      case ATOMIC -> out.put("x-kubernetes-list-type", "atomic");
      case SET -> out.put("x-kubernetes-list-type", "set");
      case MAP -> {
        ArrayNode keys = out.putArray("x-kubernetes-list-map-keys");
        schema.listMapKeys().forEach(keys::add);
        out.put("x-kubernetes-list-type", "map");
      }
    }
  }

  private static void rules(Schema schema, ObjectNode out) {
    if (schema.rules().isEmpty()) {
      return;
    }
    ArrayNode rules = out.putArray("x-kubernetes-validations");
    for (Schema.Rule each : schema.rules()) {
      ObjectNode rule = rules.addObject().put("rule", each.rule());
      if (!each.message().isEmpty()) {
        rule.put("message", each.message());
      }
    }
  }
}
