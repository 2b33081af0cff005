package dev.slipway.engines.onnx;

import dev.slipway.inference.tensor.DataType;
import dev.slipway.inference.tensor.Shapes;
import dev.slipway.inference.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/// Reads native values into tensors on the heap:
///
/// - a tensor is one tensor;
/// - a sequence `y` of tensors is `y[0]`, `y[1]`, …;
/// - a sequence of maps, scikit-learn's probabilities by class, is a matrix `y` with a row for each
///   map and a column for each key in ascending order, and a matrix `y.labels` of the keys;
/// - an optional that holds nothing is left out.
final class Results {
  static final String LABELS = ".labels";

  private static final int TENSOR = 1;
  private static final int SEQUENCE = 2;
  private static final int MAP = 3;

  private final Arena arena;
  private final MemorySegment out;

  Results(Arena arena) {
    this.arena = arena;
    this.out = arena.allocate(ValueLayout.JAVA_LONG);
  }

  /// Appends what a value holds.
  void read(String name, long value, List<Tensor> tensors) throws OrtFailure {
    if (value == 0 || flag(Ort.HAS_VALUE, value) == 0) {
      return;
    }
    int kind = flag(Ort.VALUE_KIND, value);
    switch (kind) {
      case TENSOR -> tensors.add(tensor(name, value));
      case SEQUENCE -> sequence(name, value, tensors);
      case MAP -> new MapRows().add(value).tensors(name, tensors);
      default -> throw new OrtFailure("output \"" + name + "\" is of no kind that is known");
    }
  }

  private int flag(OrtCall call, long value) throws OrtFailure {
    out.set(ValueLayout.JAVA_LONG, 0, 0);
    Ort.check(call.of(value, out.address()));
    return out.get(ValueLayout.JAVA_INT, 0);
  }

  private long result(OrtCall call, long value) throws OrtFailure {
    out.set(ValueLayout.JAVA_LONG, 0, 0);
    Ort.check(call.of(value, out.address()));
    return out.get(ValueLayout.JAVA_LONG, 0);
  }

  private void sequence(String name, long value, List<Tensor> tensors) throws OrtFailure {
    long length = result(Ort.ELEMENT_COUNT, value);
    var maps = new MapRows();
    for (int i = 0; i < length; i++) {
      long element = element(value, i);
      try {
        if (flag(Ort.VALUE_KIND, element) == MAP) {
          maps.add(element);
        } else {
          read(name + "[" + i + "]", element, tensors);
        }
      } finally {
        Ort.RELEASE_VALUE.of(element);
      }
    }
    maps.tensors(name, tensors);
  }

  private long element(long value, int index) throws OrtFailure {
    Ort.check(Ort.ELEMENT.of(value, index, Ort.ALLOCATOR, out.address()));
    return out.get(ValueLayout.JAVA_LONG, 0);
  }

  Tensor tensor(String name, long value) throws OrtFailure {
    long info = result(Ort.TENSOR_TYPE_AND_SHAPE, value);
    DataType type;
    long[] shape;
    try {
      int onnx = flag(Ort.ELEMENT_TYPE, info);
      type =
          ElementTypes.of(onnx)
              .orElseThrow(
                  () ->
                      new OrtFailure(
                          "output \"" + name + "\" is of type " + ElementTypes.name(onnx)));
      int rank = flag(Ort.DIMENSION_COUNT, info);
      var dimensions = arena.allocate(ValueLayout.JAVA_LONG, Math.max(1, rank));
      Ort.check(Ort.DIMENSIONS.of(info, dimensions.address(), rank));
      shape = dimensions.asSlice(0, (long) rank * Long.BYTES).toArray(ValueLayout.JAVA_LONG);
    } finally {
      Ort.RELEASE_TENSOR_TYPE.of(info);
    }
    int size = size(name, shape);
    if (type == DataType.BYTES) {
      return Tensor.of(name, type, shape, strings(value, size));
    }
    long data = size == 0 ? 0 : result(Ort.TENSOR_DATA, value);
    var bytes = size == 0 ? MemorySegment.NULL : Ort.at(data, (long) size * type.size());
    return Tensor.of(name, type, shape, array(type, bytes));
  }

  private static int size(String name, long[] shape) throws OrtFailure {
    try {
      return Shapes.size(shape);
    } catch (IllegalArgumentException problem) {
      throw new OrtFailure("output \"" + name + "\": " + problem.getMessage());
    }
  }

  /// The elements in memory as the array of their type.
  static Object array(DataType type, MemorySegment bytes) {
    return switch (type) {
      case FP32 -> bytes.toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
      case FP64 -> bytes.toArray(ValueLayout.JAVA_DOUBLE_UNALIGNED);
      case INT64, UINT64 -> bytes.toArray(ValueLayout.JAVA_LONG_UNALIGNED);
      case INT32, UINT32 -> bytes.toArray(ValueLayout.JAVA_INT_UNALIGNED);
      case INT16, UINT16, FP16, BF16 -> bytes.toArray(ValueLayout.JAVA_SHORT_UNALIGNED);
      case INT8, UINT8, BOOL -> bytes.toArray(ValueLayout.JAVA_BYTE);
      case BYTES -> throw new IllegalStateException("BYTES have no elements of one size");
    };
  }

  private byte[][] strings(long value, int size) throws OrtFailure {
    var strings = new byte[size][];
    if (size == 0) {
      return strings;
    }
    long length = result(Ort.STRINGS_LENGTH, value);
    var text = arena.allocate(Math.max(1, length));
    var offsets = arena.allocate(ValueLayout.JAVA_LONG, size);
    Ort.check(Ort.STRINGS_CONTENT.of(value, text.address(), length, offsets.address(), size));
    for (int i = 0; i < size; i++) {
      long from = offsets.getAtIndex(ValueLayout.JAVA_LONG, i);
      long to = i + 1 < size ? offsets.getAtIndex(ValueLayout.JAVA_LONG, i + 1) : length;
      strings[i] = text.asSlice(from, to - from).toArray(ValueLayout.JAVA_BYTE);
    }
    return strings;
  }

  /// Maps as rows of a matrix; a key that a map lacks reads as NaN, or 0 in whole numbers.
  private final class MapRows {
    private final List<Tensor> keys = new ArrayList<>();
    private final List<Tensor> values = new ArrayList<>();

    MapRows add(long map) throws OrtFailure {
      for (int part = 0; part < 2; part++) {
        long element = element(map, part);
        try {
          (part == 0 ? keys : values).add(tensor("", element));
        } finally {
          Ort.RELEASE_VALUE.of(element);
        }
      }
      return this;
    }

    void tensors(String name, List<Tensor> tensors) throws OrtFailure {
      if (keys.isEmpty()) {
        return;
      }
      var columns = MapColumns.of(keys);
      tensors.add(columns.matrix(name, keys, values));
      tensors.add(columns.labels(name + LABELS, keys.size()));
    }
  }
}
