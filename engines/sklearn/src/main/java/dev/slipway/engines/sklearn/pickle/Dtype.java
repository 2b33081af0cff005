package dev.slipway.engines.sklearn.pickle;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A numpy element type, out of the arguments and the state of a pickled `numpy.dtype`.
///
/// @param kind numpy's letter: `f`, `i`, `u`, `b`, `c`, `U`, `S`, `O`, `V`, `M`, `m`
/// @param itemBytes bytes of one element
/// @param fields of a structured type; empty for others
record Dtype(char kind, int itemBytes, boolean bigEndian, List<Field> fields) {
  private static final int MOST_NESTING = 8;
  private static final int BYTE_ORDER = 1;
  private static final int SUBARRAY = 2;
  private static final int NAMES = 3;
  private static final int FIELDS = 4;
  private static final int ITEM_BYTES = 5;

  /// One field of a structured type.
  record Field(String name, Dtype type, int offset) {}

  static Dtype of(@Nullable Object value) {
    return of(value, 0);
  }

  private static Dtype of(@Nullable Object value, int nesting) {
    if (nesting > MOST_NESTING) {
      throw new PickleException("a dtype is nested more than " + MOST_NESTING + " deep");
    }
    return switch (value) {
      case PyObject object when object.name().equals("dtype") -> ofObject(object, nesting);
      case String code -> ofCode(code);
      case PyGlobal type -> ofType(type);
      case null, default -> throw new PickleException("expected a numpy dtype");
    };
  }

  private static Dtype ofType(PyGlobal type) {
    return switch (type.name()) {
      case "float", "float64" -> ofCode("f8");
      case "int", "int64" -> ofCode("i8");
      case "float32" -> ofCode("f4");
      case "int32" -> ofCode("i4");
      case "bool", "bool_" -> ofCode("b1");
      case "object" -> ofCode("O");
      default -> throw new PickleException("no dtype is known for " + type);
    };
  }

  private static Dtype ofObject(PyObject object, int nesting) {
    if (object.arguments().isEmpty()
        || !(text(object.arguments().getFirst()) instanceof String c)) {
      throw new PickleException("a dtype without a type code");
    }
    var plain = ofCode(c);
    if (!(object.attributes().get("__state__") instanceof PyTuple(var state))
        || state.size() <= ITEM_BYTES) {
      return plain;
    }
    if (state.get(SUBARRAY) != null) {
      throw new PickleException("a dtype with a sub-array is not read");
    }
    boolean big = ">".equals(text(state.get(BYTE_ORDER)));
    boolean flexible = "USV".indexOf(plain.kind) >= 0;
    int item =
        flexible && state.get(ITEM_BYTES) instanceof Long l && l > 0 ? checked(l) : plain.itemBytes;
    if (state.get(NAMES) instanceof PyTuple(var names)
        && state.get(FIELDS) instanceof Map<?, ?> fields) {
      return new Dtype('V', item, false, fieldsOf(names, fields, item, nesting));
    }
    return new Dtype(plain.kind, item, big, List.of());
  }

  private static List<Field> fieldsOf(
      List<@Nullable Object> names, Map<?, ?> fields, int item, int nesting) {
    var all = new ArrayList<Field>();
    for (var name : names) {
      if (!(fields.get(name) instanceof PyTuple(var field))
          || field.size() < 2
          || !(field.get(1) instanceof Long offset)) {
        throw new PickleException("a structured dtype lacks the field it names");
      }
      var type = of(field.getFirst(), nesting + 1);
      if (offset < 0 || offset + type.itemBytes > item || type.kind == 'O') {
        throw new PickleException("field " + text(name) + " lies outside its structured dtype");
      }
      all.add(new Field(String.valueOf(text(name)), type, offset.intValue()));
    }
    return all;
  }

  private static @Nullable Object text(@Nullable Object value) {
    return value instanceof byte[] bytes
        ? new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1)
        : value;
  }

  /// @param code `f8`, `<i4`, `U5`, `O8`, `V64`, `M8[ns]`
  static Dtype ofCode(String code) {
    int at = 0;
    boolean big = code.startsWith(">");
    while (at < code.length() && "<>|=".indexOf(code.charAt(at)) >= 0) {
      at++;
    }
    if (at >= code.length()) {
      throw new PickleException("a dtype without a type code");
    }
    char kind = code.charAt(at) == '?' ? 'b' : code.charAt(at);
    int end = at + 1;
    while (end < code.length() && Character.isDigit(code.charAt(end)) && end - at < 10) {
      end++;
    }
    long count = end > at + 1 ? Long.parseLong(code.substring(at + 1, end)) : 0;
    return new Dtype(kind, itemBytes(kind, count, code), big, List.of());
  }

  private static int itemBytes(char kind, long count, String code) {
    boolean fits =
        switch (kind) {
          case 'f' -> count == 2 || count == 4 || count == 8 || count == 16;
          case 'i', 'u' -> count == 1 || count == 2 || count == 4 || count == 8;
          case 'c' -> count == 8 || count == 16;
          case 'b', 'O', 'M', 'm', 'U', 'S', 'V' -> true;
          default -> false;
        };
    if (!fits) {
      throw new PickleException("arrays of dtype \"" + code + "\" are not read");
    }
    return switch (kind) {
      case 'U' -> checked(4 * count);
      case 'b' -> 1;
      case 'O', 'M', 'm' -> 8;
      default -> checked(count);
    };
  }

  private static int checked(long bytes) {
    if (bytes < 0 || bytes > 1 << 24) {
      throw new PickleException("a dtype of " + bytes + " bytes an element is not read");
    }
    return (int) bytes;
  }

  /// `f8`, `U5`, `V64`.
  String code() {
    return switch (kind) {
      case 'O' -> "O";
      case 'U' -> "U" + itemBytes / 4;
      default -> "" + kind + itemBytes;
    };
  }

  /// Bytes that one element takes here.
  long storedBytes() {
    if (!fields.isEmpty()) {
      return fields.stream().mapToLong(field -> field.type.storedBytes()).sum();
    }
    return switch (kind) {
      case 'b' -> 1;
      case 'U', 'S', 'V' -> Budget.VALUE_BYTES + itemBytes;
      case 'c' -> 16;
      default -> 8;
    };
  }
}
