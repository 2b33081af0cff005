package dev.slipway.apiserver.protobuf;

import static dev.slipway.apiserver.protobuf.WireReader.malformed;

import dev.slipway.apiserver.protobuf.WireType.Scalar;
import dev.slipway.base.Json;
import java.util.Comparator;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Reads messages into the trees their JSON form gives. Unknown fields are passed over; a field
/// given twice counts as the last, messages are merged, as protobuf has it.
final class MessageDecoder {
  /// A message adds two levels to the tree at most: its own and the list's or map's it is in.
  static final int LEVELS = 2;

  private static final int MAX_DEPTH = Json.MAX_DEPTH / LEVELS - 2;

  private final WireTypes types;

  MessageDecoder(WireTypes types) {
    this.types = types;
  }

  /// Reads a message's fields into `object`.
  ///
  /// @param depth how many messages it lies in
  void message(String name, WireReader in, ObjectNode object, int depth) {
    if (depth > MAX_DEPTH) {
      throw malformed("more than " + MAX_DEPTH + " messages in one another");
    }
    Map<Integer, WireTypes.Field> fields = types.message(name).fields();
    while (in.more()) {
      int tag = in.tag();
      WireTypes.Field field = fields.get(tag >>> 3);
      if (field == null) {
        in.skip(tag & 7);
      } else {
        field(field, tag & 7, in, object, depth);
      }
    }
  }

  private void field(
      WireTypes.Field field, int wireType, WireReader in, ObjectNode object, int depth) {
    switch (field.type()) {
      case WireType.ListOf(WireType element) ->
          elements(element, wireType, in, list(object, field.name()), depth);
      case WireType.MapOf(WireType value) ->
          entry(value, part(wireType, in), map(object, field.name()), depth);
      case WireType.Message(String name) -> {
        ObjectNode into = field.name().isEmpty() ? object : map(object, field.name());
        message(name, part(wireType, in), into, depth + 1);
      }
      case Scalar _, WireType.Choice _ ->
          set(object, field, value(field.type(), wireType, in, depth));
    }
  }

  private static void set(ObjectNode object, WireTypes.Field field, JsonNode value) {
    if (value.isNull() || (field.zeroIsAbsent() && isZero(value))) {
      object.remove(field.name());
    } else {
      object.set(field.name(), value);
    }
  }

  private static boolean isZero(JsonNode value) {
    return switch (value.getNodeType()) {
      case STRING -> value.stringValue().isEmpty();
      case NUMBER -> value.doubleValue() == 0;
      case BOOLEAN -> !value.booleanValue();
      default -> false;
    };
  }

  private static ObjectNode map(ObjectNode object, String name) {
    return object.get(name) instanceof ObjectNode known ? known : object.putObject(name);
  }

  private static ArrayNode list(ObjectNode object, String name) {
    return object.get(name) instanceof ArrayNode known ? known : object.putArray(name);
  }

  private static WireReader part(int wireType, WireReader in) {
    expect(WireReader.BYTES, wireType);
    return in.part();
  }

  private static void expect(int wanted, int found) {
    if (wanted != found) {
      throw malformed("wire type " + found + " where " + wanted + " is expected");
    }
  }

  /// One element, or many where they are packed.
  private void elements(WireType element, int wireType, WireReader in, ArrayNode list, int depth) {
    int single = ScalarValues.wireType(element);
    if (wireType != WireReader.BYTES || single == WireReader.BYTES) {
      list.add(value(element, wireType, in, depth));
      return;
    }
    WireReader packed = in.part();
    while (packed.more()) {
      list.add(value(element, single, packed, depth));
    }
  }

  /// A map travels as messages of a key, number 1, and a value, number 2.
  private void entry(WireType type, WireReader in, ObjectNode map, int depth) {
    String key = "";
    JsonNode value = ScalarValues.absent(type);
    while (in.more()) {
      int tag = in.tag();
      switch (tag >>> 3) {
        case 1 -> key = part(tag & 7, in).text();
        case 2 -> value = value(type, tag & 7, in, depth);
        default -> in.skip(tag & 7);
      }
    }
    map.set(key, value);
  }

  private JsonNode value(WireType type, int wireType, WireReader in, int depth) {
    expect(ScalarValues.wireType(type), wireType);
    return switch (type) {
      case Scalar scalar -> ScalarValues.read(scalar, in, depth);
      case WireType.Choice(String name) -> choice(name, in.part(), depth);
      case WireType.Message(String name) -> {
        ObjectNode object = Json.object();
        message(name, in.part(), object, depth + 1);
        yield object;
      }
      case WireType.ListOf _, WireType.MapOf _ ->
          throw new IllegalStateException("a list of lists has no encoding: " + type);
    };
  }

  private JsonNode choice(String name, WireReader in, int depth) {
    ObjectNode wrapped = Json.object();
    message(name, in, wrapped, depth + 1);
    return types.message(name).fields().entrySet().stream()
        .filter(each -> wrapped.has(each.getValue().name()))
        .max(Comparator.comparing(Map.Entry::getKey))
        .map(each -> wrapped.path(each.getValue().name()))
        .orElse(JsonNodeFactory.instance.nullNode());
  }
}
