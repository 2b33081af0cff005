package dev.slipway.engines.onnx;

import dev.slipway.inference.tensor.DataType;
import dev.slipway.inference.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// The keys that occur in maps, each a column of a matrix, in ascending order.
final class MapColumns {
  private final SequencedMap<Object, Integer> columns = new LinkedHashMap<>();
  private final DataType type;

  private MapColumns(DataType type, List<Object> sorted) {
    this.type = type;
    for (var key : sorted) {
      columns.put(key, columns.size());
    }
  }

  /// @param keys of each map: `INT64` or `BYTES`
  static MapColumns of(List<Tensor> keys) {
    var type = keys.getFirst().type();
    var seen = new LinkedHashMap<Object, Integer>();
    for (var tensor : keys) {
      for (int i = 0; i < tensor.size(); i++) {
        seen.putIfAbsent(key(tensor, i), i);
      }
    }
    var sorted = new ArrayList<>(seen.keySet());
    sorted.sort(MapColumns::compare);
    return new MapColumns(type, sorted);
  }

  private static Object key(Tensor keys, int index) {
    return keys.type() == DataType.BYTES ? keys.text(index) : (Object) keys.asLongs()[index];
  }

  private static int compare(Object a, Object b) {
    if (a instanceof Long left && b instanceof Long right) {
      return Long.compare(left, right);
    }
    return a.toString().compareTo(b.toString());
  }

  /// A row for each map.
  Tensor matrix(String name, List<Tensor> keys, List<Tensor> values) throws OrtFailure {
    var shape = new long[] {keys.size(), columns.size()};
    return switch (values.getFirst().type()) {
      case FP32 -> floats(name, shape, keys, values);
      case FP64 -> doubles(name, shape, keys, values);
      case INT64 -> longs(name, shape, keys, values);
      case BYTES -> strings(name, shape, keys, values);
      default ->
          throw new OrtFailure("output \"" + name + "\" is a map to " + values.getFirst().type());
    };
  }

  private Tensor floats(String name, long[] shape, List<Tensor> keys, List<Tensor> values) {
    var matrix = new float[keys.size() * columns.size()];
    Arrays.fill(matrix, Float.NaN);
    each(keys, (cell, row, index) -> matrix[cell] = values.get(row).floats()[index]);
    return Tensor.ofFloats(name, shape, matrix);
  }

  private Tensor doubles(String name, long[] shape, List<Tensor> keys, List<Tensor> values) {
    var matrix = new double[keys.size() * columns.size()];
    Arrays.fill(matrix, Double.NaN);
    each(keys, (cell, row, index) -> matrix[cell] = values.get(row).doubles()[index]);
    return Tensor.ofDoubles(name, shape, matrix);
  }

  private Tensor longs(String name, long[] shape, List<Tensor> keys, List<Tensor> values) {
    var matrix = new long[keys.size() * columns.size()];
    each(keys, (cell, row, index) -> matrix[cell] = values.get(row).longs()[index]);
    return Tensor.ofLongs(name, shape, matrix);
  }

  private Tensor strings(String name, long[] shape, List<Tensor> keys, List<Tensor> values) {
    var matrix = new byte[keys.size() * columns.size()][];
    Arrays.fill(matrix, new byte[0]);
    each(keys, (cell, row, index) -> matrix[cell] = values.get(row).strings()[index]);
    return Tensor.of(name, DataType.BYTES, shape, matrix);
  }

  private interface Cell {
    void set(int cell, int row, int index);
  }

  private void each(List<Tensor> keys, Cell set) {
    for (int row = 0; row < keys.size(); row++) {
      var tensor = keys.get(row);
      for (int i = 0; i < tensor.size(); i++) {
        int column = columns.getOrDefault(key(tensor, i), 0);
        set.set(row * columns.size() + column, row, i);
      }
    }
  }

  /// The keys, once for each row, so that rows can be cut and joined like the matrix.
  Tensor labels(String name, int rows) {
    var shape = new long[] {rows, columns.size()};
    var all = new ArrayList<Object>();
    for (int row = 0; row < rows; row++) {
      all.addAll(columns.keySet());
    }
    if (type == DataType.BYTES) {
      return Tensor.ofStrings(
          name, shape, all.stream().map(Object::toString).toArray(String[]::new));
    }
    return Tensor.ofLongs(
        name, shape, all.stream().mapToLong(key -> ((Number) key).longValue()).toArray());
  }
}
