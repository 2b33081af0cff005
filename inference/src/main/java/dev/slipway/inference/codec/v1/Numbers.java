package dev.slipway.inference.codec.v1;

import dev.slipway.inference.codec.json.JsonReader;
import dev.slipway.inference.engine.InvalidInputException;
import dev.slipway.inference.tensor.Tensor;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Nested arrays of numbers as one tensor whose type and shape follow from them, as in numpy:
/// integers
/// alone are `INT64`, others `FP64`, null being NaN.
///
/// Implementation note. Values go into a `long[]` until the first that is no long; then those read
/// so
/// far are converted, which rounds as reading them would.
final class Numbers {
  private static final int FIRST_ROOM = 16;

  private final JsonReader reader;
  private final JsonShape shape;
  private long[] longs = new long[FIRST_ROOM];
  private double @Nullable [] doubles;
  private int count;

  private Numbers(JsonReader reader, String name) {
    this.reader = reader;
    this.shape = new JsonShape(name);
  }

  /// Reads the array the reader is at.
  ///
  /// @return empty if there is something else than numbers in it; the reader is then where it was
  /// @throws InvalidInputException if arrays at one level differ in length
  static Optional<Tensor> read(JsonReader reader, String name) {
    int start = reader.position();
    int level = reader.level();
    var numbers = new Numbers(reader, name);
    if (!numbers.array(0)) {
      reader.seek(start, level);
      return Optional.empty();
    }
    return Optional.of(numbers.tensor(name));
  }

  private boolean array(int level) {
    int length = 0;
    reader.beginArray();
    shape.open(level);
    while (reader.nextElement()) {
      boolean number =
          switch (reader.peek()) {
            case ARRAY -> array(level + 1);
            case NUMBER -> number(level);
            case NULL -> {
              reader.readNull();
              yield other(Double.NaN, level);
            }
            case OBJECT, STRING, BOOLEAN -> false;
            case NONE -> throw reader.unexpected("a value");
          };
      if (!number) {
        return false;
      }
      length++;
    }
    shape.close(level, length);
    return true;
  }

  private boolean number(int level) {
    if (!reader.readNumber()) {
      return other(reader.readDouble(), level);
    }
    if (doubles != null || !reader.isInteger() || !reader.isLong()) {
      return other(reader.doubleValue(), level);
    }
    shape.leaf(level);
    if (count == longs.length) {
      longs = Arrays.copyOf(longs, grown(count));
    }
    longs[count++] = reader.longValue();
    return true;
  }

  private boolean other(double value, int level) {
    shape.leaf(level);
    var values = doubles == null ? converted() : doubles;
    if (count == values.length) {
      values = Arrays.copyOf(values, grown(count));
    }
    values[count++] = value;
    doubles = values;
    return true;
  }

  private double[] converted() {
    var values = new double[longs.length];
    for (int i = 0; i < count; i++) {
      values[i] = longs[i];
    }
    return values;
  }

  private static int grown(int length) {
    return (int) Math.min(Integer.MAX_VALUE - Long.BYTES, length * 2L);
  }

  private Tensor tensor(String name) {
    var dimensions = shape.dimensions();
    return doubles == null
        ? Tensor.ofLongs(name, dimensions, exact(longs))
        : Tensor.ofDoubles(name, dimensions, exact(doubles));
  }

  private long[] exact(long[] values) {
    return values.length == count ? values : Arrays.copyOf(values, count);
  }

  private double[] exact(double[] values) {
    return values.length == count ? values : Arrays.copyOf(values, count);
  }
}
