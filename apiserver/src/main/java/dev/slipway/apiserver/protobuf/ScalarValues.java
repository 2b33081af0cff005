package dev.slipway.apiserver.protobuf;

import static dev.slipway.apiserver.protobuf.WireReader.malformed;

import dev.slipway.apiserver.protobuf.WireType.Scalar;
import dev.slipway.base.Json;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.Locale;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// Values that are no objects of fields, in their JSON form.
final class ScalarValues {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final DateTimeFormatter SECONDS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss'Z'", Locale.ROOT);
  private static final DateTimeFormatter MICROS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'", Locale.ROOT);
  private static final int LAST_YEAR = 9999;

  /// Doubles below this that are whole are written without a fraction.
  private static final double WHOLE = 1L << 53;

  private ScalarValues() {}

  /// How one value of the type travels.
  static int wireType(WireType type) {
    return switch (type) {
      case Scalar.BOOLEAN, Scalar.INT32, Scalar.INT64 -> WireReader.VARINT;
      case Scalar.DOUBLE -> WireReader.FIXED64;
      case WireType _ -> WireReader.BYTES;
    };
  }

  /// The value of a map's entry that names none.
  static JsonNode absent(WireType type) {
    return switch (type) {
      case Scalar.STRING, Scalar.BYTE -> NODES.stringNode("");
      case Scalar.QUANTITY -> NODES.stringNode("0");
      case Scalar.BOOLEAN -> NODES.booleanNode(false);
      case Scalar.INT32, Scalar.INT64, Scalar.DOUBLE, Scalar.INT_OR_STRING -> NODES.numberNode(0);
      case WireType.Message _ -> Json.object();
      case WireType _ -> NODES.nullNode();
    };
  }

  /// @return null in JSON where the message says that nothing was set
  static JsonNode read(Scalar type, WireReader in, int depth) {
    return switch (type) {
      case STRING -> NODES.stringNode(in.part().text());
      case BOOLEAN -> NODES.booleanNode(in.varint() != 0);
      case INT32 -> NODES.numberNode((int) in.varint());
      case INT64 -> integer(in.varint());
      case DOUBLE -> number(in.fixed64());
      case BYTE -> NODES.stringNode(Base64.getEncoder().encodeToString(in.part().rest()));
      case TIME -> time(in.part(), SECONDS);
      case MICRO_TIME -> time(in.part(), MICROS);
      case QUANTITY -> quantity(in.part());
      case INT_OR_STRING -> intOrString(in.part());
      case FIELDS, RAW -> raw(bytes(in.part()), depth);
    };
  }

  private static JsonNode integer(long value) {
    return value == (int) value ? NODES.numberNode((int) value) : NODES.numberNode(value);
  }

  private static JsonNode number(double value) {
    if (!Double.isFinite(value)) {
      throw malformed("a number is not finite");
    }
    return value == Math.rint(value) && Math.abs(value) < WHOLE
        ? integer((long) value)
        : NODES.numberNode(value);
  }

  /// `Timestamp`: seconds 1, nanos 2; nothing at all where the time was never set.
  private static JsonNode time(WireReader in, DateTimeFormatter form) {
    if (!in.more()) {
      return NODES.nullNode();
    }
    long seconds = 0;
    int nanos = 0;
    while (in.more()) {
      int tag = in.tag();
      switch (tag) {
        case 1 << 3 -> seconds = in.varint();
        case 2 << 3 -> nanos = (int) in.varint();
        default -> in.skip(tag & 7);
      }
    }
    return NODES.stringNode(text(seconds, nanos, form));
  }

  private static String text(long seconds, int nanos, DateTimeFormatter form) {
    try {
      OffsetDateTime time = Instant.ofEpochSecond(seconds, nanos).atOffset(ZoneOffset.UTC);
      if (time.getYear() >= 0 && time.getYear() <= LAST_YEAR) {
        return form.format(time);
      }
    } catch (DateTimeException | ArithmeticException _) {
      // As for a year beyond four digits.
    }
    throw malformed("a time is out of range: " + seconds + " s");
  }

  private static JsonNode quantity(WireReader in) {
    String amount = "0";
    while (in.more()) {
      int tag = in.tag();
      if (tag == ((1 << 3) | WireReader.BYTES)) {
        amount = in.part().text();
      } else {
        in.skip(tag & 7);
      }
    }
    return NODES.stringNode(amount);
  }

  /// `type` 1 says which of `intVal` 2 and `strVal` 3 counts.
  private static JsonNode intOrString(WireReader in) {
    long type = 0;
    int number = 0;
    String text = "";
    while (in.more()) {
      int tag = in.tag();
      switch (tag) {
        case 1 << 3 -> type = in.varint();
        case 2 << 3 -> number = (int) in.varint();
        case (3 << 3) | WireReader.BYTES -> text = in.part().text();
        default -> in.skip(tag & 7);
      }
    }
    if (type != 0 && type != 1) {
      throw malformed("neither an integer nor a string: type " + type);
    }
    return type == 0 ? NODES.numberNode(number) : NODES.stringNode(text);
  }

  /// The only field, 1, of the messages that carry something encoded by itself.
  private static byte[] bytes(WireReader in) {
    byte[] found = new byte[0];
    while (in.more()) {
      int tag = in.tag();
      if (tag == ((1 << 3) | WireReader.BYTES)) {
        found = in.part().rest();
      } else {
        in.skip(tag & 7);
      }
    }
    return found;
  }

  private static JsonNode raw(byte[] encoded, int depth) {
    if (encoded.length == 0) {
      return NODES.nullNode();
    }
    if (ProtobufBodies.isEnvelope(encoded)) {
      return ProtobufBodies.decode(encoded, depth + 1);
    }
    JsonNode found;
    try {
      found = Json.parse(encoded);
    } catch (JacksonException notJson) {
      throw malformed("embedded JSON: " + notJson.getOriginalMessage());
    }
    if (depth * MessageDecoder.LEVELS + height(found) > Json.MAX_DEPTH) {
      throw malformed("embedded JSON is nested too deeply");
    }
    return found;
  }

  private static int height(JsonNode node) {
    int tallest = 0;
    for (JsonNode each : node) {
      tallest = Math.max(tallest, height(each));
    }
    return node.isContainer() ? tallest + 1 : 0;
  }
}
