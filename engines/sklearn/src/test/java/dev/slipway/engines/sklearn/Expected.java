package dev.slipway.engines.sklearn;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Inputs and answers as `agreement.py` writes them.
final class Expected {
  private Expected() {}

  static Frame frame(JsonNode input, Path directory) {
    var names = new ArrayList<String>();
    input.get("names").forEach(name -> names.add(name.asString()));
    if (input.get("kind").asString().equals("dense")) {
      var array = input.get("values");
      var values = doubles(array, directory);
      int rows = array.get("shape").get(0).asInt();
      int columns = rows == 0 ? array.get("shape").get(1).asInt() : values.length / rows;
      return new Frame.Dense(new Matrix(values, rows, columns), names);
    }
    var columns = new ArrayList<Object>();
    input.get("columns").forEach(column -> columns.add(column(column, directory)));
    return new Frame.Table(input.get("rows").asInt(), names, columns);
  }

  private static Object column(JsonNode array, Path directory) {
    return switch (array.get("dtype").asString()) {
      case "f8", "f4" -> doubles(array, directory);
      case "i8" -> longs(array, directory);
      case "b1" -> {
        var raw = raw(array, directory);
        var truths = new boolean[raw.remaining()];
        for (int i = 0; i < truths.length; i++) {
          truths[i] = raw.get(i) != 0;
        }
        yield truths;
      }
      default -> values(array, directory).toArray();
    };
  }

  private static ByteBuffer raw(JsonNode array, Path directory) {
    try {
      var bytes = Files.readAllBytes(directory.resolve(array.get("file").asString()));
      return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    } catch (IOException problem) {
      throw new UncheckedIOException(problem);
    }
  }

  private static long[] longs(JsonNode array, Path directory) {
    var raw = raw(array, directory).asLongBuffer();
    var values = new long[raw.remaining()];
    raw.get(values);
    return values;
  }

  private static double[] doubles(JsonNode array, Path directory) {
    return values(array, directory).stream()
        .mapToDouble(
            value ->
                switch (value) {
                  case Number number -> number.doubleValue();
                  case Boolean truth -> truth ? 1 : 0;
                  default -> throw new IllegalArgumentException(String.valueOf(value));
                })
        .toArray();
  }

  /// All values, row-major: `Double`, `Long`, `Boolean`, `String`, `null`.
  private static List<@Nullable Object> values(JsonNode array, Path directory) {
    var values = new ArrayList<@Nullable Object>();
    switch (array.get("dtype").asString()) {
      case "str" -> array.get("values").forEach(value -> values.add(plain(value)));
      case "b1" -> {
        for (var raw = raw(array, directory); raw.hasRemaining(); ) {
          values.add(raw.get() != 0);
        }
      }
      case "i8" -> {
        for (long value : longs(array, directory)) {
          values.add(value);
        }
      }
      case "f4" -> {
        for (var raw = raw(array, directory).asFloatBuffer(); raw.hasRemaining(); ) {
          values.add((double) raw.get());
        }
      }
      default -> {
        for (var raw = raw(array, directory).asDoubleBuffer(); raw.hasRemaining(); ) {
          values.add(raw.get());
        }
      }
    }
    return values;
  }

  private static @Nullable Object plain(JsonNode value) {
    if (value.isNull()) {
      return null;
    }
    if (value.isObject()) {
      return Double.NaN;
    }
    if (value.isBoolean()) {
      return value.booleanValue();
    }
    if (value.isIntegralNumber()) {
      return value.longValue();
    }
    return value.isNumber() ? (Object) value.doubleValue() : value.stringValue();
  }

  static void compare(
      String method,
      List<JsonNode> wanted,
      List<Answers.Answer> found,
      Path directory,
      double tolerance) {
    assertThat(found).as(method + ": outputs").hasSameSizeAs(wanted);
    for (int i = 0; i < wanted.size(); i++) {
      var expected = values(wanted.get(i), directory);
      var values = found.get(i).values();
      assertThat(values).as(method + ": values").hasSameSizeAs(expected);
      double scale = scale(expected);
      for (int j = 0; j < expected.size(); j++) {
        compare(method + "[" + j + "]", expected.get(j), values.get(j), tolerance, scale);
      }
    }
  }

  private static double scale(List<@Nullable Object> values) {
    double scale = 1;
    for (var value : values) {
      if (value instanceof Double number && Double.isFinite(number)) {
        scale = Math.max(scale, Math.abs(number));
      }
    }
    return scale;
  }

  /// Numbers agree to `tolerance` of their own size, or a thousandth of it of the largest.
  private static void compare(
      String where,
      @Nullable Object expected,
      @Nullable Object found,
      double tolerance,
      double scale) {
    if (expected instanceof Double wanted && found instanceof Number number) {
      double value = number.doubleValue();
      boolean close =
          Double.compare(wanted, value) == 0
              || wanted == value
              || Math.abs(wanted - value) <= tolerance * Math.max(Math.abs(wanted), scale / 1000);
      if (!close) {
        assertThat(found).as(where).isEqualTo(expected);
      }
    } else if (expected instanceof Long wanted && found instanceof Double number) {
      assertThat(number).as(where).isEqualTo(wanted.doubleValue());
    } else {
      assertThat(found).as(where).isEqualTo(expected);
    }
  }
}
