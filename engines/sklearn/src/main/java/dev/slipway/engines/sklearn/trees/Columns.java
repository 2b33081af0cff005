package dev.slipway.engines.sklearn.trees;

import dev.slipway.engines.sklearn.Matrix;
import dev.slipway.inference.tensor.DataType;
import dev.slipway.inference.tensor.Tensor;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;

/// Columns put side by side, as predictions of several outputs are.
public final class Columns {
  private Columns() {}

  /// Some columns of a matrix, copied.
  public static Matrix cut(Matrix matrix, int from, int count) {
    var part = Matrix.zeros(matrix.rows(), count);
    for (int row = 0; row < matrix.rows(); row++) {
      int source = row * matrix.columns() + from;
      System.arraycopy(matrix.values(), source, part.values(), row * count, count);
    }
    return part;
  }

  /// @return `[rows]` for one output, `[rows, outputs]` for more
  public static Tensor values(double[] values, int rows, int outputs) {
    var shape = outputs == 1 ? new long[] {rows} : new long[] {rows, outputs};
    return Tensor.ofDoubles("", shape, values);
  }

  /// Matrices of as many rows, side by side.
  public static Matrix beside(List<Matrix> parts) {
    int width = parts.stream().mapToInt(Matrix::columns).sum();
    var joined = Matrix.zeros(parts.getFirst().rows(), width);
    int at = 0;
    for (var part : parts) {
      int columns = part.columns();
      for (int row = 0; row < part.rows(); row++) {
        int target = row * width + at;
        System.arraycopy(part.values(), row * columns, joined.values(), target, columns);
      }
      at += columns;
    }
    return joined;
  }

  /// Predictions of one output each, as numpy joins them: of one type as they are, numbers of
  /// several types as the wider, anything beside text as text.
  ///
  /// @param columns `[rows]` each, at least one
  /// @return `[rows, columns]`
  public static Tensor side(List<Tensor> columns) {
    int rows = columns.getFirst().rows();
    var shape = new long[] {rows, columns.size()};
    var types = columns.stream().map(Tensor::type).distinct().toList();
    if (types.contains(DataType.BYTES)) {
      return Tensor.of("", DataType.BYTES, shape, texts(columns, rows));
    }
    if (types.equals(List.of(DataType.BOOL))) {
      return Tensor.of("", DataType.BOOL, shape, bits(columns, rows));
    }
    if (types.stream().allMatch(type -> type == DataType.INT64 || type == DataType.BOOL)) {
      return Tensor.ofLongs("", shape, longs(columns, rows));
    }
    return Tensor.ofDoubles("", shape, doubles(columns, rows));
  }

  private static double[] doubles(List<Tensor> columns, int rows) {
    int width = columns.size();
    var joined = new double[Math.multiplyExact(rows, width)];
    each(columns, (column, at) -> spread(column.asDoubles(), joined, at, width));
    return joined;
  }

  private static void spread(double[] column, double[] joined, int at, int width) {
    for (int row = 0; row < column.length; row++) {
      joined[row * width + at] = column[row];
    }
  }

  private static long[] longs(List<Tensor> columns, int rows) {
    int width = columns.size();
    var joined = new long[Math.multiplyExact(rows, width)];
    each(
        columns,
        (column, at) -> {
          var values = column.asLongs();
          for (int row = 0; row < rows; row++) {
            joined[row * width + at] = values[row];
          }
        });
    return joined;
  }

  private static byte[] bits(List<Tensor> columns, int rows) {
    int width = columns.size();
    var joined = new byte[Math.multiplyExact(rows, width)];
    each(
        columns,
        (column, at) -> {
          var values = column.bytes();
          for (int row = 0; row < rows; row++) {
            joined[row * width + at] = values[row];
          }
        });
    return joined;
  }

  private static byte[][] texts(List<Tensor> columns, int rows) {
    int width = columns.size();
    var joined = new byte[Math.multiplyExact(rows, width)][];
    each(
        columns,
        (column, at) -> {
          var values = strings(column);
          for (int row = 0; row < rows; row++) {
            joined[row * width + at] = values[row];
          }
        });
    return joined;
  }

  private static byte[][] strings(Tensor column) {
    return switch (column.type()) {
      case BYTES -> column.strings();
      case INT64 -> spelled(Arrays.stream(column.longs()).mapToObj(String::valueOf).toList());
      default -> spelled(Arrays.stream(column.asDoubles()).mapToObj(String::valueOf).toList());
    };
  }

  private static byte[][] spelled(List<String> texts) {
    return texts.stream().map(text -> text.getBytes(StandardCharsets.UTF_8)).toArray(byte[][]::new);
  }

  private static void each(List<Tensor> columns, BiConsumer<Tensor, Integer> action) {
    for (int at = 0; at < columns.size(); at++) {
      action.accept(columns.get(at), at);
    }
  }
}
