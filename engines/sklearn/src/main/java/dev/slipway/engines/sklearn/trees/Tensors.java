package dev.slipway.engines.sklearn.trees;

import dev.slipway.engines.sklearn.Frame;
import dev.slipway.inference.tensor.DataType;
import dev.slipway.inference.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/// A frame as the readers of boosted models take a request: one matrix, or a column a feature.
final class Tensors {
  private Tensors() {}

  static List<Tensor> of(Frame x) {
    if (!(x instanceof Frame.Table table)) {
      var matrix = x.matrix();
      var shape = new long[] {matrix.rows(), matrix.columns()};
      return List.of(Tensor.ofDoubles("x", shape, matrix.values()));
    }
    var columns = new ArrayList<Tensor>();
    for (int i = 0; i < table.columns(); i++) {
      var name = table.names().isEmpty() ? String.valueOf(i) : table.names().get(i);
      columns.add(column(name, table.data().get(i), table.rows()));
    }
    return columns;
  }

  private static Tensor column(String name, Object data, int rows) {
    var shape = new long[] {rows};
    return switch (data) {
      case double[] values -> Tensor.ofDoubles(name, shape, values);
      case long[] values -> Tensor.ofLongs(name, shape, values);
      case boolean[] values -> Tensor.of(name, DataType.BOOL, shape, bits(values));
      case Object[] values when Arrays.stream(values).noneMatch(String.class::isInstance) ->
          Tensor.ofDoubles(
              name, shape, Arrays.stream(values).mapToDouble(Tensors::number).toArray());
      case Object[] values ->
          Tensor.ofStrings(
              name,
              shape,
              Arrays.stream(values)
                  .map(value -> Objects.toString(value, ""))
                  .toArray(String[]::new));
      default -> throw new IllegalStateException("no column type: " + data.getClass());
    };
  }

  private static byte[] bits(boolean... values) {
    var bits = new byte[values.length];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = (byte) (values[i] ? 1 : 0);
    }
    return bits;
  }

  private static double number(@org.jspecify.annotations.Nullable Object value) {
    return switch (value) {
      case Number number -> number.doubleValue();
      case Boolean truth -> truth ? 1 : 0;
      case null, default -> Double.NaN;
    };
  }
}
