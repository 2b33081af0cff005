package dev.slipway.apiserver.cel;

import dev.cel.common.exceptions.CelAttributeNotFoundException;
import dev.cel.common.exceptions.CelRuntimeException;
import dev.cel.common.values.CelByteString;
import dev.cel.common.values.NullValue;
import dev.slipway.apiserver.schema.GoDuration;
import dev.slipway.apiserver.schema.Schema;
import dev.slipway.base.Json;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Between JSON and CEL values. Objects and lists are views, so adapting one costs nothing.
public final class CelValues {
  private CelValues() {}

  /// A value of unknown shape.
  public static Object of(JsonNode node) {
    return of(node, Schema.ANYTHING);
  }

  /// A value read as its schema says: `date-time` text is a timestamp, a `number` is a double.
  public static Object of(JsonNode node, Schema schema) {
    return switch (node) {
      case ObjectNode object -> new JsonStruct(object, schema);
      case ArrayNode array -> new JsonList(array, schema);
      default -> scalar(node, schema);
    };
  }

  /// A result as JSON; timestamps and durations become text.
  ///
  /// @throws CelException if the value has no JSON form
  public static JsonNode toJson(Object value) {
    return switch (value) {
      case JsonStruct struct -> struct.node();
      case JsonList list -> list.node();
      case NullValue _ -> Json.MAPPER.getNodeFactory().nullNode();
      case String text -> Json.MAPPER.getNodeFactory().stringNode(text);
      case Boolean truth -> Json.MAPPER.getNodeFactory().booleanNode(truth);
      case Double number -> Json.MAPPER.getNodeFactory().numberNode(number);
      case Number number -> Json.MAPPER.getNodeFactory().numberNode(number.longValue());
      case Instant time -> Json.MAPPER.getNodeFactory().stringNode(time.toString());
      case Duration time -> Json.MAPPER.getNodeFactory().stringNode(GoDuration.format(time));
      case CelByteString bytes ->
          Json.MAPPER
              .getNodeFactory()
              .stringNode(Base64.getEncoder().encodeToString(bytes.toByteArray()));
      case Optional<?> maybe ->
          maybe.map(CelValues::toJson).orElseGet(() -> toJson(NullValue.NULL_VALUE));
      case List<?> list -> {
        ArrayNode array = Json.array();
        list.forEach(each -> array.add(toJson(each)));
        yield array;
      }
      case Map<?, ?> map -> {
        ObjectNode object = Json.object();
        map.forEach((key, each) -> object.set(String.valueOf(key), toJson(each)));
        yield object;
      }
      default ->
          throw new CelException("no JSON form for a value of " + value.getClass().getSimpleName());
    };
  }

  static CelRuntimeException noSuchKey(String key) {
    return CelAttributeNotFoundException.of("no such key: " + key);
  }

  private static Object scalar(JsonNode node, Schema schema) {
    if (node.isString()) {
      return text(node.stringValue(), schema);
    }
    if (node.isBoolean()) {
      return node.booleanValue();
    }
    if (node.isNumber()) {
      boolean whole = schema.type() != Schema.Type.NUMBER && node.canConvertToExactIntegral();
      return whole && node.canConvertToLong() ? (Object) node.asLong() : node.doubleValue();
    }
    return NullValue.NULL_VALUE;
  }

  private static Object text(String text, Schema schema) {
    if (schema.format().isEmpty()) {
      return text;
    }
    try {
      return switch (schema.format()) {
        case "date-time" -> OffsetDateTime.parse(text).toInstant();
        case "date" -> LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
        case "duration" -> GoDuration.parse(text).map(each -> (Object) each).orElse(text);
        case "byte" -> CelByteString.of(Base64.getDecoder().decode(text));
        default -> text;
      };
    } catch (DateTimeParseException | IllegalArgumentException malformed) {
      throw CelAttributeNotFoundException.of(
          "Invalid " + schema.format() + " " + text + ": " + malformed.getMessage());
    }
  }
}
