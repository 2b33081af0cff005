package dev.slipway.inference.codec.json;

import dev.slipway.inference.tensor.DataType;
import dev.slipway.inference.tensor.Tensor;

/// Writes the values of a tensor as a JSON array. 16-bit floats are written as the floats they are;
/// byte strings as text where they are UTF-8, which [#isText] tells, otherwise in base64.
public final class TensorWriter {
  private TensorWriter() {}

  /// All values in one array, row-major.
  public static void flat(JsonWriter writer, Tensor tensor) {
    writer.beginArray();
    elements(writer, tensor, array(tensor), 0, tensor.size());
    writer.endArray();
  }

  /// Arrays within arrays, as the shape has it; a scalar is a value alone.
  public static void nested(JsonWriter writer, Tensor tensor) {
    nested(writer, tensor, array(tensor), 0, 0, tensor.size());
  }

  private static void nested(
      JsonWriter writer, Tensor tensor, Object array, int level, int from, int to) {
    int rank = tensor.shape().length;
    if (level == rank) {
      elements(writer, tensor, array, from, to);
      return;
    }
    writer.beginArray();
    if (level == rank - 1) {
      elements(writer, tensor, array, from, to);
    } else {
      int rows = (int) tensor.shape()[level];
      int step = rows == 0 ? 0 : (to - from) / rows;
      for (int i = 0; i < rows; i++) {
        nested(writer, tensor, array, level + 1, from + i * step, from + (i + 1) * step);
      }
    }
    writer.endArray();
  }

  /// Whether all byte strings are UTF-8; true for other types.
  public static boolean isText(Tensor tensor) {
    if (tensor.type() == DataType.BYTES) {
      for (var value : tensor.strings()) {
        if (!Utf8.valid(value, 0, value.length)) {
          return false;
        }
      }
    }
    return true;
  }

  /// The storage in the form it is written from.
  public static Object array(Tensor tensor) {
    return switch (tensor.type()) {
      case FP32, FP16, BF16 -> tensor.asFloats();
      case FP64 -> tensor.doubles();
      case INT64, UINT64 -> tensor.longs();
      case INT32, UINT32, INT16, UINT16, INT8, UINT8, BOOL -> tensor.asLongs();
      case BYTES -> tensor.strings();
    };
  }

  /// Some elements, one after the other.
  ///
  /// @param array the tensor's, from [#array]
  public static void elements(JsonWriter writer, Tensor tensor, Object array, int from, int to) {
    switch (array) {
      case float[] values -> {
        for (int i = from; i < to; i++) {
          writer.value(values[i]);
        }
      }
      case double[] values -> {
        for (int i = from; i < to; i++) {
          writer.value(values[i]);
        }
      }
      case long[] values -> longs(writer, tensor.type(), values, from, to);
      case byte[][] values -> {
        boolean text = isText(tensor);
        for (int i = from; i < to; i++) {
          if (text) {
            writer.value(values[i]);
          } else {
            writer.base64(values[i]);
          }
        }
      }
      default -> throw new IllegalStateException("no storage of " + tensor);
    }
  }

  private static void longs(JsonWriter writer, DataType type, long[] values, int from, int to) {
    for (int i = from; i < to; i++) {
      if (type == DataType.BOOL) {
        writer.value(values[i] != 0);
      } else {
        writer.integer(values[i], type.unsigned());
      }
    }
  }
}
