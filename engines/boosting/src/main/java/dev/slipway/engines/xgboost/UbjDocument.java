package dev.slipway.engines.xgboost;

import dev.slipway.inference.engine.ModelLoadException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads Universal Binary JSON, draft 12, into the form [Node] describes. A length is believed only
/// if that many bytes are left.
///
/// @see <a href="https://ubjson.org">ubjson.org</a>
final class UbjDocument {
  private final ByteBuffer in; // big-endian, as a new buffer is
  private int containers;

  private UbjDocument(ByteBuffer in) {
    this.in = in;
  }

  static Node read(byte[] bytes, int from) throws ModelLoadException {
    var document = new UbjDocument(ByteBuffer.wrap(bytes, from, bytes.length - from));
    try {
      return new Node("", document.value(document.in.get(), 0));
    } catch (BufferUnderflowException | IndexOutOfBoundsException problem) {
      throw new ModelLoadException(
          "the file ends at byte %d within the model".formatted(bytes.length), problem);
    }
  }

  private @Nullable Object value(byte type, int depth) throws ModelLoadException {
    JsonDocument.limit(depth, type == '{' || type == '[' ? ++containers : 0, in.limit());
    return switch (type) {
      case '{' -> object(depth);
      case '[' -> array(depth);
      case 'S' -> text(length());
      case 'H' -> number(text(length()));
      case 'C' -> String.valueOf((char) (in.get() & 0x7f));
      case 'T' -> true;
      case 'F' -> false;
      case 'Z' -> null;
      default -> number(type);
    };
  }

  private Double number(String text) throws ModelLoadException {
    try {
      return Double.valueOf(text);
    } catch (NumberFormatException _) {
      throw wrong("\"" + text + "\"", "a number");
    }
  }

  private double number(byte type) throws ModelLoadException {
    return switch (type) {
      case 'i' -> in.get();
      case 'U' -> in.get() & 0xff;
      case 'I' -> in.getShort();
      case 'l' -> in.getInt();
      case 'L' -> in.getLong();
      case 'd' -> in.getFloat();
      case 'D' -> in.getDouble();
      default -> throw wrong("byte 0x%02x".formatted(type), "a type");
    };
  }

  private static int size(byte type) {
    return switch (type) {
      case 'i', 'U', 'C' -> 1;
      case 'I' -> 2;
      case 'l', 'd' -> 4;
      case 'L', 'D' -> 8;
      default -> 0;
    };
  }

  /// A length: a type of whole number, then the number.
  private int length() throws ModelLoadException {
    byte type = in.get();
    if (type != 'i' && type != 'U' && type != 'I' && type != 'l' && type != 'L') {
      throw wrong("byte 0x%02x".formatted(type), "the type of a length");
    }
    long length = (long) number(type);
    if (length < 0 || length > in.remaining()) {
      throw wrong("length " + length, "at most the " + in.remaining() + " bytes left");
    }
    return (int) length;
  }

  private String text(int length) {
    var bytes = new byte[length];
    in.get(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private Map<String, @Nullable Object> object(int depth) throws ModelLoadException {
    var members = new LinkedHashMap<String, @Nullable Object>();
    byte type = type();
    int count = count(type);
    while (count < 0 ? !ends('}') : members.size() < count) {
      var key = text(length());
      byte valueType = type == 0 ? in.get() : type;
      if (members.put(key, value(valueType, depth + 1)) != null) {
        throw wrong("\"" + key + "\" a second time", "each name once");
      }
    }
    return members;
  }

  private Object array(int depth) throws ModelLoadException {
    byte type = type();
    int count = count(type);
    if (type != 0 && size(type) > 0) {
      return typed(type, count);
    }
    if (type == 'T' || type == 'F' || type == 'Z' || type == 'N') {
      throw wrong("an array of a type without bytes", "numbers, strings, arrays or objects");
    }
    var list = new ArrayList<@Nullable Object>();
    boolean numbers = true;
    while (count < 0 ? !ends(']') : list.size() < count) {
      var element = value(type == 0 ? in.get() : type, depth + 1);
      element = element instanceof Boolean flag ? Double.valueOf(flag ? 1 : 0) : element;
      numbers &= element instanceof Double;
      list.add(element);
    }
    return numbers ? doubles(list) : list;
  }

  private static double[] doubles(List<@Nullable Object> list) {
    var values = new double[list.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = list.get(i) instanceof Double number ? number : Double.NaN;
    }
    return values;
  }

  private double[] typed(byte type, int count) throws ModelLoadException {
    if ((long) count * size(type) > in.remaining()) {
      throw wrong(
          "an array of " + count + " values", "no more than the " + in.remaining() + " bytes left");
    }
    var values = new double[count];
    for (int i = 0; i < count; i++) {
      values[i] = type == 'C' ? in.get() : number(type);
    }
    return values;
  }

  /// The type all elements of the container have; 0 where each tells its own.
  private byte type() {
    if (in.get(in.position()) != '$') {
      return 0;
    }
    in.get();
    return in.get();
  }

  /// How many elements the container has; -1 where an end mark tells.
  private int count(byte type) throws ModelLoadException {
    if (in.get(in.position()) == '#') {
      in.get();
      return length();
    }
    if (type != 0) {
      throw wrong("a typed container without a count", "'#'");
    }
    return -1;
  }

  private boolean ends(char mark) {
    if (!in.hasRemaining()) {
      throw new BufferUnderflowException();
    }
    if (in.get(in.position()) != mark) {
      return false;
    }
    in.get();
    return true;
  }

  private ModelLoadException wrong(String found, String expected) {
    return new ModelLoadException(
        "UBJSON, before byte %d: found %s (expected %s)".formatted(in.position(), found, expected));
  }
}
