package dev.slipway.inference.codec.v1;

import dev.slipway.inference.codec.json.JsonNull;
import dev.slipway.inference.engine.InvalidInputException;
import dev.slipway.inference.tensor.DataType;
import dev.slipway.inference.tensor.Tensor;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/// Values of a document as a tensor whose type follows from them, as in numpy: booleans alone are
/// `BOOL`, integers `INT64`, other numbers `FP64`, strings `BYTES`. `{"b64": "..."}` is a byte
/// string; null among strings is [Tensor#MISSING].
final class Values {
  private final String name;
  private final JsonShape shape;
  private final List<Object> leaves = new ArrayList<>();

  private Values(String name) {
    this.name = name;
    this.shape = new JsonShape(name);
  }

  static Tensor tensor(String name, List<?> nested) {
    var values = new Values(name);
    values.walk(nested, 0);
    return values.tensor();
  }

  private void walk(List<?> array, int level) {
    shape.open(level);
    for (var element : array) {
      if (element instanceof List<?> inner) {
        walk(inner, level + 1);
      } else {
        shape.leaf(level);
        leaves.add(element);
      }
    }
    shape.close(level, array.size());
  }

  private Tensor tensor() {
    boolean strings = false;
    boolean numbers = false;
    boolean truths = false;
    boolean nulls = false;
    boolean longs = true;
    for (var leaf : leaves) {
      strings |= isString(leaf);
      numbers |= leaf instanceof Number;
      truths |= leaf instanceof Boolean;
      nulls |= leaf instanceof JsonNull;
      longs &= leaf instanceof Long || leaf instanceof Boolean;
      refuseObject(leaf);
    }
    if (strings && (numbers || truths)) {
      throw new InvalidInputException(
          "input \""
              + name
              + "\": expected values of one kind, found strings beside "
              + (numbers ? "numbers" : "booleans"));
    }
    var dimensions = shape.dimensions();
    if (strings) {
      return Tensor.of(name, DataType.BYTES, dimensions, strings());
    }
    if (truths && !numbers && !nulls) {
      return Tensor.of(name, DataType.BOOL, dimensions, truths());
    }
    return longs && !nulls && !leaves.isEmpty()
        ? Tensor.ofLongs(name, dimensions, longs())
        : Tensor.ofDoubles(name, dimensions, doubles());
  }

  private void refuseObject(Object leaf) {
    if (leaf instanceof Map && !isString(leaf)) {
      throw new InvalidInputException(
          "input \""
              + name
              + "\": expected numbers, strings, booleans or their arrays,"
              + " found an object");
    }
  }

  private byte[][] strings() {
    var strings = new byte[leaves.size()][];
    for (int i = 0; i < strings.length; i++) {
      strings[i] = bytes(leaves.get(i));
    }
    return strings;
  }

  private byte[] bytes(Object leaf) {
    return switch (leaf) {
      case String text -> text.getBytes(StandardCharsets.UTF_8);
      case Map<?, ?> object -> decoded((String) object.values().iterator().next());
      default -> Tensor.MISSING;
    };
  }

  /// Base64 in either alphabet (RFC 4648, sections 4 and 5).
  private byte[] decoded(String text) {
    try {
      var plain = text.replace('-', '+').replace('_', '/');
      return Base64.getDecoder().decode(plain);
    } catch (IllegalArgumentException problem) {
      throw new InvalidInputException(
          "input \"" + name + "\": expected base64 in \"b64\", found: " + problem.getMessage());
    }
  }

  private byte[] truths() {
    var truths = new byte[leaves.size()];
    for (int i = 0; i < truths.length; i++) {
      truths[i] = (byte) number(leaves.get(i));
    }
    return truths;
  }

  private long[] longs() {
    return leaves.stream()
        .mapToLong(leaf -> leaf instanceof Long value ? value : (long) number(leaf))
        .toArray();
  }

  private double[] doubles() {
    return leaves.stream().mapToDouble(Values::number).toArray();
  }

  private static double number(Object leaf) {
    return switch (leaf) {
      case Number value -> value.doubleValue();
      case Boolean truth -> truth ? 1 : 0;
      default -> Double.NaN;
    };
  }

  /// Whether it is a byte string: a string, or an object of nothing but `b64`.
  static boolean isString(Object value) {
    return value instanceof String
        || (value instanceof Map<?, ?> object
            && object.size() == 1
            && object.get("b64") instanceof String);
  }

  static String words(Object value) {
    return switch (value) {
      case Map<?, ?> _ -> "an object";
      case List<?> _ -> "an array";
      case String text -> '"' + text + '"';
      case JsonNull _ -> "null";
      default -> value.toString();
    };
  }
}
