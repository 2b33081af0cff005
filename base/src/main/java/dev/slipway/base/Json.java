package dev.slipway.base;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The one JSON configuration: trees of Jackson nodes, with reading that tolerates absent fields.
///
/// The readers below never fail: a field that is missing or of another type reads as the empty
/// value, because
/// judging types is the schema's job, done once on the way in.
public final class Json {
  /// Deepest nesting accepted from outside; deeper input is refused by the parser.
  public static final int MAX_DEPTH = 500;

  /// Shared, immutable and thread-safe.
  public static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(MAX_DEPTH)
                          .maxStringLength(64 * 1024 * 1024)
                          .build())
                  .enable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private Json() {}

  /// Parses one JSON document.
  ///
  /// @throws tools.jackson.core.JacksonException if the bytes are not exactly one well-formed
  /// document
  public static JsonNode parse(byte[] utf8) {
    return MAPPER.readTree(utf8);
  }

  /// Parses one JSON document that must be an object.
  ///
  /// @throws IllegalArgumentException if it is something else
  public static ObjectNode parseObject(byte[] utf8) {
    if (MAPPER.readTree(utf8) instanceof ObjectNode object) {
      return object;
    }
    throw new IllegalArgumentException("expected a JSON object");
  }

  /// As [#parseObject(byte[])], from text; for literals in code and tests.
  public static ObjectNode parseObject(String text) {
    return parseObject(text.getBytes(StandardCharsets.UTF_8));
  }

  /// Compact UTF-8 JSON, fields in the tree's order.
  public static byte[] bytes(JsonNode node) {
    return MAPPER.writeValueAsBytes(node);
  }

  public static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  public static ArrayNode array() {
    return JsonNodeFactory.instance.arrayNode();
  }

  /// The text at a path of field names, or `""` where anything on the way is absent or not text.
  public static String text(JsonNode node, String... path) {
    JsonNode found = at(node, path);
    return found.isString() ? found.stringValue() : "";
  }

  /// The node at a path of field names; a missing node (never null) where anything on the way is
  /// absent.
  public static JsonNode at(JsonNode node, String... path) {
    JsonNode here = node;
    for (String field : path) {
      here = here.path(field);
    }
    return here;
  }

  /// The object at a path, made (replacing anything that is no object) where it is absent.
  public static ObjectNode ensureObject(ObjectNode node, String... path) {
    ObjectNode here = node;
    for (String field : path) {
      if (here.get(field) instanceof ObjectNode child) {
        here = child;
      } else {
        here = here.putObject(field);
      }
    }
    return here;
  }

  /// The string entries of the object at a path, in order; entries of other types are left out.
  public static Map<String, String> strings(JsonNode node, String... path) {
    JsonNode found = at(node, path);
    if (!(found instanceof ObjectNode object) || object.isEmpty()) {
      return Map.of();
    }
    var entries = new LinkedHashMap<String, String>();
    for (Map.Entry<String, JsonNode> field : object.properties()) {
      if (field.getValue().isString()) {
        entries.put(field.getKey(), field.getValue().stringValue());
      }
    }
    return entries;
  }
}
