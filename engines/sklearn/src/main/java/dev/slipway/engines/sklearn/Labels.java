package dev.slipway.engines.sklearn;

import dev.slipway.engines.sklearn.pickle.NdArray;
import dev.slipway.inference.tensor.DataType;
import dev.slipway.inference.tensor.Tensor;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.stream.LongStream;

/// The values of `classes_`, in the type a prediction answers with.
public final class Labels {
  private final DataType type;
  private final Object values;
  private final int count;

  private Labels(DataType type, Object values, int count) {
    this.type = type;
    this.values = values;
    this.count = count;
  }

  public static Labels of(NdArray classes) {
    return switch (classes.storage()) {
      case long[] values -> new Labels(DataType.INT64, values, values.length);
      case double[] values -> new Labels(DataType.FP64, values, values.length);
      case boolean[] values -> new Labels(DataType.BOOL, bits(values), values.length);
      case Object[] values -> new Labels(DataType.BYTES, texts(values), values.length);
      default -> throw new IllegalArgumentException("labels of dtype " + classes.dtype());
    };
  }

  /// Those of a list: numbers where all are whole numbers, otherwise text.
  public static Labels of(Collection<?> classes) {
    return classes.stream().allMatch(Long.class::isInstance)
        ? new Labels(
            DataType.INT64,
            classes.stream().mapToLong(each -> ((Number) each).longValue()).toArray(),
            classes.size())
        : new Labels(DataType.BYTES, texts(classes.toArray()), classes.size());
  }

  /// `0, 1, ..., count - 1`.
  public static Labels upTo(int count) {
    return new Labels(DataType.INT64, LongStream.range(0, count).toArray(), count);
  }

  private static byte[] bits(boolean[] values) {
    var bits = new byte[values.length];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = (byte) (values[i] ? 1 : 0);
    }
    return bits;
  }

  private static byte[][] texts(Object[] values) {
    var texts = new byte[values.length][];
    for (int i = 0; i < texts.length; i++) {
      texts[i] = String.valueOf(values[i]).getBytes(StandardCharsets.UTF_8);
    }
    return texts;
  }

  public int count() {
    return count;
  }

  public DataType type() {
    return type;
  }

  /// @param indexes positions in `classes_`, one a row
  /// @return `[indexes.length]`
  public Tensor at(int... indexes) {
    var shape = new long[] {indexes.length};
    return switch (values) {
      case long[] all -> {
        var chosen = new long[indexes.length];
        for (int i = 0; i < chosen.length; i++) {
          chosen[i] = all[indexes[i]];
        }
        yield Tensor.ofLongs("", shape, chosen);
      }
      case double[] all -> {
        var chosen = new double[indexes.length];
        for (int i = 0; i < chosen.length; i++) {
          chosen[i] = all[indexes[i]];
        }
        yield Tensor.ofDoubles("", shape, chosen);
      }
      case byte[] all -> {
        var chosen = new byte[indexes.length];
        for (int i = 0; i < chosen.length; i++) {
          chosen[i] = all[indexes[i]];
        }
        yield Tensor.of("", DataType.BOOL, shape, chosen);
      }
      case byte[][] all -> {
        var chosen = new byte[indexes.length][];
        for (int i = 0; i < chosen.length; i++) {
          chosen[i] = all[indexes[i]];
        }
        yield Tensor.of("", DataType.BYTES, shape, chosen);
      }
      default -> throw new IllegalStateException("labels of " + type);
    };
  }
}
