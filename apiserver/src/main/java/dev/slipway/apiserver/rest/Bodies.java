package dev.slipway.apiserver.rest;

import dev.slipway.apiserver.error.ApiException;
import dev.slipway.apiserver.protobuf.ProtobufBodies;
import dev.slipway.base.FieldPath;
import dev.slipway.base.Json;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// Request bodies read into trees, JSON, YAML or protobuf, noting fields that were given twice.
final class Bodies {
  /// As upstream: `MaxRequestBodyBytes`.
  static final int MAX_BYTES = 3 * 1024 * 1024;

  static final String JSON = "application/json";
  static final String YAML = "application/yaml";
  static final List<String> OBJECT_TYPES = List.of(JSON, YAML);

  /// What objects of built-in kinds may come in.
  static final List<String> BUILTIN_TYPES = List.of(JSON, YAML, ProtobufBodies.MEDIA_TYPE);

  /// @param duplicates paths of fields given more than once; the last one counts
  record Decoded(ObjectNode object, List<String> duplicates) {}

  private Bodies() {}

  /// Reads an object of a built-in kind, or options, which may come as protobuf too.
  ///
  /// @throws ApiException 400 for a malformed body, 415 for another type
  static Decoded builtin(byte[] body, String contentType) {
    if (mediaType(contentType).equals(ProtobufBodies.MEDIA_TYPE)) {
      return new Decoded(ProtobufBodies.decode(body), List.of());
    }
    return object(body, contentType, BUILTIN_TYPES);
  }

  /// Reads an object of a custom kind.
  ///
  /// @param contentType the header's value; empty is taken for JSON
  /// @throws ApiException 400 for malformed text, 415 for another type
  static Decoded custom(byte[] body, String contentType) {
    return object(body, contentType, OBJECT_TYPES);
  }

  private static Decoded object(byte[] body, String contentType, List<String> accepted) {
    String type = mediaType(contentType);
    boolean yaml =
        type.equals(YAML) || type.equals("application/x-yaml") || type.equals("text/yaml");
    if (!yaml && !type.isEmpty() && !type.equals(JSON) && !type.equals("*/*")) {
      throw ApiException.unsupportedMediaType(accepted);
    }
    return yaml ? yaml(body) : json(body);
  }

  static Decoded json(byte[] body) {
    return read(Json.MAPPER, body, "json");
  }

  static Decoded yaml(byte[] body) {
    return read(Yaml.MAPPER, body, "yaml");
  }

  /// The bare media type, lower case, without parameters.
  static String mediaType(String header) {
    int semicolon = header.indexOf(';');
    String bare = semicolon < 0 ? header : header.substring(0, semicolon);
    return bare.strip().toLowerCase(java.util.Locale.ROOT);
  }

  private static Decoded read(ObjectMapper mapper, byte[] body, String language) {
    var duplicates = new ArrayList<String>(0);
    JsonNode tree;
    try (JsonParser parser = mapper.createParser(body)) {
      JsonToken first = parser.nextToken();
      if (first == null) {
        throw malformed(language, "the body is empty");
      }
      tree = value(parser, first, FieldPath.ROOT, duplicates);
      if (parser.nextToken() != null) {
        throw malformed(language, "more than one document in the body");
      }
    } catch (JacksonException unreadable) {
      throw malformed(language, firstLine(unreadable));
    }
    if (!(tree instanceof ObjectNode object)) {
      throw malformed(
          language,
          "expected an object, found "
              + tree.getNodeType().name().toLowerCase(java.util.Locale.ROOT));
    }
    return new Decoded(object, duplicates);
  }

  private static ApiException malformed(String language, String why) {
    return ApiException.badRequest(
        "couldn't get version/kind; " + language + " parse error: " + why);
  }

  private static String firstLine(JacksonException unreadable) {
    String message = unreadable.getOriginalMessage();
    String where =
        unreadable.getLocation() == null
            ? ""
            : " (line "
                + unreadable.getLocation().getLineNr()
                + ", column "
                + unreadable.getLocation().getColumnNr()
                + ")";
    return message.lines().findFirst().orElse("unreadable") + where;
  }

  private static JsonNode value(
      JsonParser parser, JsonToken token, FieldPath path, List<String> duplicates) {
    JsonNodeFactory nodes = JsonNodeFactory.instance;
    return switch (token) {
      case START_OBJECT -> fields(parser, path, duplicates);
      case START_ARRAY -> elements(parser, path, duplicates);
      case VALUE_STRING -> nodes.stringNode(parser.getString());
      case VALUE_NUMBER_INT -> integer(parser);
      case VALUE_NUMBER_FLOAT -> nodes.numberNode(parser.getDoubleValue());
      case VALUE_TRUE -> nodes.booleanNode(true);
      case VALUE_FALSE -> nodes.booleanNode(false);
      default -> nodes.nullNode();
    };
  }

  private static JsonNode integer(JsonParser parser) {
    JsonNodeFactory nodes = JsonNodeFactory.instance;
    return switch (parser.getNumberType()) {
      case INT -> nodes.numberNode(parser.getIntValue());
      case LONG -> nodes.numberNode(parser.getLongValue());
      default -> nodes.numberNode(parser.getDoubleValue());
    };
  }

  private static ObjectNode fields(JsonParser parser, FieldPath path, List<String> duplicates) {
    ObjectNode object = Json.object();
    for (JsonToken token = parser.nextToken();
        token != JsonToken.END_OBJECT;
        token = parser.nextToken()) {
      String name = parser.currentName();
      FieldPath here = path.field(name);
      if (object.has(name)) {
        duplicates.add(here.toString());
      }
      object.set(name, value(parser, parser.nextToken(), here, duplicates));
    }
    return object;
  }

  private static ArrayNode elements(JsonParser parser, FieldPath path, List<String> duplicates) {
    ArrayNode list = Json.array();
    for (JsonToken token = parser.nextToken();
        token != JsonToken.END_ARRAY;
        token = parser.nextToken()) {
      list.add(value(parser, token, path.index(list.size()), duplicates));
    }
    return list;
  }

  /// Made on first use: most servers never see YAML.
  private static final class Yaml {
    static final YAMLMapper MAPPER =
        new YAMLMapper(
            YAMLFactory.builder()
                .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(Json.MAX_DEPTH).build())
                .build());
  }
}
