package dev.slipway.apiserver.discovery;

import dev.slipway.base.Json;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A Swagger 2.0 document in the protocol-buffer form that Go clients ask for.
///
/// Field numbers: `openapiv2/OpenAPIv2.proto` of gnostic-models v0.7.
public final class OpenApiProto {
  private OpenApiProto() {}

  /// @param document as [OpenApi#v2] makes it
  public static byte[] encode(ObjectNode document) {
    var paths = new ProtoWriter();
    for (Map.Entry<String, JsonNode> each : document.path("paths").properties()) {
      paths.message(2, named(each.getKey(), path(each.getValue())));
    }
    var definitions = new ProtoWriter();
    for (Map.Entry<String, JsonNode> each : document.path("definitions").properties()) {
      definitions.message(1, named(each.getKey(), schema(each.getValue())));
    }
    JsonNode info = document.path("info");
    return new ProtoWriter()
        .text(1, Json.text(document, "swagger"))
        .message(
            2,
            new ProtoWriter().text(1, Json.text(info, "title")).text(2, Json.text(info, "version")))
        .message(8, paths)
        .message(9, definitions)
        .bytes();
  }

  private static ProtoWriter path(JsonNode item) {
    var out = new ProtoWriter();
    String[] methods = {"get", "put", "post", "delete", "options", "head", "patch"};
    for (int i = 0; i < methods.length; i++) {
      if (item.has(methods[i])) {
        out.message(i + 2, operation(item.path(methods[i])));
      }
    }
    for (JsonNode each : item.path("parameters")) {
      out.message(9, new ProtoWriter().message(1, parameter(each)));
    }
    return out;
  }

  private static ProtoWriter operation(JsonNode operation) {
    var out = new ProtoWriter().text(5, Json.text(operation, "operationId"));
    texts(out, 6, operation.path("produces"));
    texts(out, 7, operation.path("consumes"));
    for (JsonNode each : operation.path("parameters")) {
      out.message(8, new ProtoWriter().message(1, parameter(each)));
    }
    var responses = new ProtoWriter();
    for (Map.Entry<String, JsonNode> each : operation.path("responses").properties()) {
      var response =
          new ProtoWriter()
              .text(1, Json.text(each.getValue(), "description"))
              .message(2, new ProtoWriter().message(1, schema(each.getValue().path("schema"))));
      responses.message(1, named(each.getKey(), new ProtoWriter().message(1, response)));
    }
    out.message(9, responses);
    return extensions(out, 13, operation);
  }

  private static ProtoWriter parameter(JsonNode parameter) {
    if (Json.text(parameter, "in").equals("body")) {
      var body =
          new ProtoWriter()
              .text(2, Json.text(parameter, "name"))
              .text(3, "body")
              .flag(4, parameter.path("required").asBoolean(false))
              .message(5, schema(parameter.path("schema")));
      return new ProtoWriter().message(1, body);
    }
    boolean path = Json.text(parameter, "in").equals("path");
    var plain =
        new ProtoWriter()
            .flag(1, parameter.path("required").asBoolean(false))
            .text(2, Json.text(parameter, "in"))
            .text(4, Json.text(parameter, "name"))
            .text(path ? 5 : 6, Json.text(parameter, "type"))
            .flag(path ? 19 : 20, parameter.path("uniqueItems").asBoolean(false));
    return new ProtoWriter().message(2, new ProtoWriter().message(path ? 4 : 3, plain));
  }

  private static ProtoWriter schema(JsonNode schema) {
    var out =
        new ProtoWriter()
            .text(1, Json.text(schema, "$ref"))
            .text(2, Json.text(schema, "format"))
            .text(4, Json.text(schema, "description"));
    if (schema.has("default")) {
      out.message(5, any(schema.path("default")));
    }
    bounds(out, schema);
    texts(out, 19, schema.path("required"));
    for (JsonNode each : schema.path("enum")) {
      out.message(20, any(each));
    }
    if (schema.path("additionalProperties").isObject()) {
      out.message(21, new ProtoWriter().message(1, schema(schema.path("additionalProperties"))));
    }
    if (schema.has("type")) {
      out.message(22, new ProtoWriter().raw(1, utf8(Json.text(schema, "type"))));
    }
    if (schema.path("items").isObject()) {
      out.message(23, new ProtoWriter().message(1, schema(schema.path("items"))));
    }
    if (schema.path("properties").isObject()) {
      var properties = new ProtoWriter();
      for (Map.Entry<String, JsonNode> each : schema.path("properties").properties()) {
        properties.message(1, named(each.getKey(), schema(each.getValue())));
      }
      out.message(25, properties);
    }
    return extensions(out, 31, schema);
  }

  private static void bounds(ProtoWriter out, JsonNode schema) {
    out.decimal(6, schema.path("multipleOf").asDouble(0));
    out.decimal(7, schema.path("maximum").asDouble(0));
    out.flag(8, schema.path("exclusiveMaximum").asBoolean(false));
    out.decimal(9, schema.path("minimum").asDouble(0));
    out.flag(10, schema.path("exclusiveMinimum").asBoolean(false));
    out.number(11, schema.path("maxLength").asLong(0));
    out.number(12, schema.path("minLength").asLong(0));
    out.text(13, Json.text(schema, "pattern"));
    out.number(14, schema.path("maxItems").asLong(0));
    out.number(15, schema.path("minItems").asLong(0));
    out.flag(16, schema.path("uniqueItems").asBoolean(false));
    out.number(17, schema.path("maxProperties").asLong(0));
    out.number(18, schema.path("minProperties").asLong(0));
  }

  private static ProtoWriter extensions(ProtoWriter out, int field, JsonNode node) {
    for (Map.Entry<String, JsonNode> each : node.properties()) {
      if (each.getKey().startsWith("x-")) {
        out.message(field, named(each.getKey(), any(each.getValue())));
      }
    }
    return out;
  }

  /// Any JSON value, as the YAML text the format carries; JSON is YAML.
  private static ProtoWriter any(JsonNode value) {
    return new ProtoWriter().text(2, value.toString() + "\n");
  }

  private static ProtoWriter named(String name, ProtoWriter value) {
    return new ProtoWriter().text(1, name).message(2, value);
  }

  private static void texts(ProtoWriter out, int field, JsonNode list) {
    for (JsonNode each : list) {
      out.raw(field, utf8(each.asString("")));
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
