package dev.slipway.apiserver.cel;

import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.types.TypeParamType;
import dev.cel.common.values.CelByteString;
import dev.slipway.apiserver.cel.Functions.Parameter;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// `isSorted`, `sum`, `min`, `max`, `indexOf`, `lastIndexOf`.
/// Source: `k8s.io/apiserver/pkg/cel/library/lists.go`.
@SuppressWarnings("Immutable") // the zeros are values
final class ListsLibrary {
  private static final Map<String, CelType> COMPARABLE =
      Map.of(
          "int", SimpleType.INT,
          "uint", SimpleType.UINT,
          "double", SimpleType.DOUBLE,
          "bool", SimpleType.BOOL,
          "duration", SimpleType.DURATION,
          "timestamp", SimpleType.TIMESTAMP,
          "string", SimpleType.STRING,
          "bytes", SimpleType.BYTES);
  private static final Map<String, Object> ZEROS =
      Map.of(
          "int",
          0L,
          "uint",
          com.google.common.primitives.UnsignedLong.ZERO,
          "double",
          0.0,
          "duration",
          Duration.ZERO);
  private static final CelType ELEMENT = TypeParamType.create("A");

  @SuppressWarnings("rawtypes")
  private static final Parameter<Collection> LIST =
      new Parameter<>(ListType.create(ELEMENT), Collection.class);

  private static final Parameter<Object> ANY = new Parameter<>(ELEMENT, Object.class);

  private ListsLibrary() {}

  static void add(Functions functions) {
    for (String name : COMPARABLE.keySet().stream().sorted().toList()) {
      comparable(functions, name, COMPARABLE.getOrDefault(name, SimpleType.DYN));
    }
    functions.member(
        "indexOf",
        "list_a_index_of_int",
        SimpleType.INT,
        LIST,
        ANY,
        (list, item) -> indexOf(list, item, false));
    functions.member(
        "lastIndexOf",
        "list_a_last_index_of_int",
        SimpleType.INT,
        LIST,
        ANY,
        (list, item) -> indexOf(list, item, true));
    texts(functions);
  }

  private static void comparable(Functions functions, String name, CelType type) {
    @SuppressWarnings("rawtypes")
    var list = new Parameter<Collection>(ListType.create(type), Collection.class);
    functions.member(
        "isSorted",
        "list_" + name + "_is_sorted_bool",
        SimpleType.BOOL,
        list,
        ListsLibrary::isSorted);
    functions.member(
        "min", "list_" + name + "_min_" + name, type, list, each -> extreme("min", each, -1));
    functions.member(
        "max", "list_" + name + "_max_" + name, type, list, each -> extreme("max", each, 1));
    Object zero = ZEROS.get(name);
    if (zero != null) {
      functions.member("sum", "list_" + name + "_sum_" + name, type, list, each -> sum(each, zero));
    }
  }

  private static void texts(Functions functions) {
    var string = Functions.STRING;
    var integer = Functions.INT;
    functions.member(
        "indexOf",
        "string_index_of_string",
        SimpleType.INT,
        string,
        string,
        (text, part) -> position(text, text.indexOf(part)));
    functions.member(
        "indexOf",
        "string_index_of_string_int",
        SimpleType.INT,
        List.of(string, string, integer),
        each -> indexFrom((String) each[0], (String) each[1], (Long) each[2]));
    functions.member(
        "lastIndexOf",
        "string_last_index_of_string",
        SimpleType.INT,
        string,
        string,
        (text, part) -> position(text, text.lastIndexOf(part)));
    functions.member(
        "lastIndexOf",
        "string_last_index_of_string_int",
        SimpleType.INT,
        List.of(string, string, integer),
        each -> lastIndexFrom((String) each[0], (String) each[1], (Long) each[2]));
  }

  private static long position(String text, int index) {
    return index < 0 ? -1 : text.codePointCount(0, index);
  }

  private static int offset(String text, long codePoints) {
    if (codePoints < 0 || codePoints > text.codePointCount(0, text.length())) {
      throw Functions.failure("index out of range: " + codePoints);
    }
    return text.offsetByCodePoints(0, (int) codePoints);
  }

  private static long indexFrom(String text, String part, long from) {
    return position(text, text.indexOf(part, offset(text, from)));
  }

  private static long lastIndexFrom(String text, String part, long from) {
    return position(text, text.lastIndexOf(part, offset(text, from)));
  }

  private static boolean isSorted(Collection<?> list) {
    Iterator<?> values = list.iterator();
    if (!values.hasNext()) {
      return true;
    }
    Object previous = values.next();
    while (values.hasNext()) {
      Object next = values.next();
      if (compare(previous, next) > 0) {
        return false;
      }
      previous = next;
    }
    return true;
  }

  private static Object extreme(String name, Collection<?> list, int wanted) {
    Iterator<?> values = list.iterator();
    if (!values.hasNext()) {
      throw Functions.failure(name + " called on empty list");
    }
    Object best = values.next();
    while (values.hasNext()) {
      Object next = values.next();
      if (Integer.signum(compare(next, best)) == wanted) {
        best = next;
      }
    }
    return best;
  }

  private static Object sum(Collection<?> list, Object zero) {
    Object total = null;
    for (Object each : list) {
      total = total == null ? each : plus(total, each);
    }
    return total == null ? zero : total;
  }

  private static Object plus(Object left, Object right) {
    try {
      return switch (left) {
        case Long a when right instanceof Long b -> Math.addExact(a, b);
        case Duration a when right instanceof Duration b -> a.plus(b);
        case com.google.common.primitives.UnsignedLong a
            when right instanceof com.google.common.primitives.UnsignedLong b ->
            a.plus(b);
        case Number a when right instanceof Number b -> a.doubleValue() + b.doubleValue();
        default -> throw Functions.failure("no such overload");
      };
    } catch (ArithmeticException overflow) {
      throw Functions.failure("integer overflow");
    }
  }

  private static long indexOf(Collection<?> list, Object item, boolean last) {
    long found = -1;
    long index = 0;
    for (Object each : list) {
      if (same(each, item)) {
        found = index;
        if (!last) {
          return found;
        }
      }
      index++;
    }
    return found;
  }

  private static boolean same(Object left, Object right) {
    return (left instanceof Number && right instanceof Number)
        ? compare(left, right) == 0
        : Objects.equals(left, right);
  }

  private static int compare(Object left, Object right) {
    return switch (left) {
      case Long a when right instanceof Long b -> Long.compare(a, b);
      case Number a when right instanceof Number b -> decimal(a).compareTo(decimal(b));
      case String a when right instanceof String b -> Arrays.compareUnsigned(utf8(a), utf8(b));
      case Boolean a when right instanceof Boolean b -> a.compareTo(b);
      case Instant a when right instanceof Instant b -> a.compareTo(b);
      case Duration a when right instanceof Duration b -> a.compareTo(b);
      case CelByteString a when right instanceof CelByteString b ->
          Arrays.compareUnsigned(a.toByteArray(), b.toByteArray());
      default -> throw Functions.failure("no such overload");
    };
  }

  private static byte[] utf8(String text) {
    return text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
  }

  private static BigDecimal decimal(Number number) {
    return new BigDecimal(number.toString());
  }
}
