package dev.slipway.inference.codec.json;

import dev.slipway.inference.tensor.DataType;
import dev.slipway.inference.tensor.Tensor;

/// Writes the values of a tensor as JSON arrays. 16-bit floats are written as the floats they are.
///
/// Byte strings are text where all of a tensor's are UTF-8, otherwise base64: a string where the
/// reader is told so beside the data, or an object `{"b64": "..."}` where it is not.
public final class TensorWriter {
  private final JsonWriter writer;
  private final Tensor tensor;
  private final Object array;
  private final boolean text;
  private final boolean b64;

  /// @param b64 whether byte strings that are no text are objects
  public TensorWriter(JsonWriter writer, Tensor tensor, boolean b64) {
    this.writer = writer;
    this.tensor = tensor;
    this.array = array(tensor);
    this.text = isText(tensor);
    this.b64 = b64;
  }

  private static Object array(Tensor tensor) {
    return switch (tensor.type()) {
      case FP32, FP16, BF16 -> tensor.asFloats();
      case FP64 -> tensor.doubles();
      case INT64, UINT64 -> tensor.longs();
      case INT32, UINT32, INT16, UINT16, INT8, UINT8, BOOL -> tensor.asLongs();
      case BYTES -> tensor.strings();
    };
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

  /// All values in one array, row-major; byte strings that are no text as strings of base64.
  public static void flat(JsonWriter writer, Tensor tensor) {
    writer.beginArray();
    new TensorWriter(writer, tensor, false).elements(0, tensor.size());
    writer.endArray();
  }

  /// Arrays within arrays, as the shape has it; a scalar is a value alone. Byte strings that are no
  /// text are objects.
  public static void nested(JsonWriter writer, Tensor tensor) {
    new TensorWriter(writer, tensor, true).nested(0, 0, tensor.size());
  }

  /// One row, nested as the shape has it below the first dimension.
  public void row(int index) {
    int width = tensor.width();
    nested(1, index * width, (index + 1) * width);
  }

  private void nested(int level, int from, int to) {
    int rank = tensor.shape().length;
    if (level >= rank) {
      elements(from, to);
      return;
    }
    writer.beginArray();
    if (level == rank - 1) {
      elements(from, to);
    } else {
      int parts = (int) tensor.shape()[level];
      int step = parts == 0 ? 0 : (to - from) / parts;
      for (int i = 0; i < parts; i++) {
        nested(level + 1, from + i * step, from + (i + 1) * step);
      }
    }
    writer.endArray();
  }

  private void elements(int from, int to) {
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
      case long[] values -> longs(values, from, to);
      case byte[][] values -> {
        for (int i = from; i < to; i++) {
          string(values[i]);
        }
      }
      default -> throw new IllegalStateException("no storage of " + tensor);
    }
  }

  private void longs(long[] values, int from, int to) {
    boolean truth = tensor.type() == DataType.BOOL;
    boolean unsigned = tensor.type().unsigned();
    for (int i = from; i < to; i++) {
      if (truth) {
        writer.value(values[i] != 0);
      } else {
        writer.integer(values[i], unsigned);
      }
    }
  }

  private void string(byte[] value) {
    if (text) {
      writer.value(value);
    } else if (b64) {
      writer.beginObject().name("b64").base64(value).endObject();
    } else {
      writer.base64(value);
    }
  }
}
