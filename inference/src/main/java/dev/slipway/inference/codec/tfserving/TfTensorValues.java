package dev.slipway.inference.codec.tfserving;

import dev.slipway.inference.codec.proto.ProtoReader;
import dev.slipway.inference.tensor.DataType;
import java.util.Arrays;

/// The values of a `TensorProto` in the list of their type: `float_val` and so on. Values beyond
/// the
/// shape's are left out, missing ones are as the last one is, or zero if there is none.
final class TfTensorValues {
  private final DataType type;
  private final Object array;
  private final int size;
  private int count;

  TfTensorValues(DataType type, int size) {
    this.type = type;
    this.size = size;
    this.array =
        switch (type) {
          case FP32 -> new float[size];
          case FP64 -> new double[size];
          case INT64, UINT64 -> new long[size];
          case INT32, UINT32 -> new int[size];
          case INT16, UINT16, FP16, BF16 -> new short[size];
          case INT8, UINT8, BOOL -> new byte[size];
          case BYTES -> new byte[size][];
        };
  }

  /// Number of the list that holds values of a type.
  static int field(DataType type) {
    return switch (type) {
      case FP32 -> 5;
      case FP64 -> 6;
      case INT8, INT16, INT32, UINT8, UINT16 -> 7;
      case BYTES -> 8;
      case INT64 -> 10;
      case BOOL -> 11;
      case FP16, BF16 -> 13;
      case UINT32 -> 16;
      case UINT64 -> 17;
    };
  }

  void read(ProtoReader reader) {
    int own = field(type);
    while (reader.nextField()) {
      if (reader.field() == own) {
        values(reader);
      } else {
        reader.skip();
      }
    }
  }

  private void values(ProtoReader reader) {
    switch (type) {
      case FP32 -> reader.readFloats(this::add);
      case FP64 -> reader.readDoubles(this::add);
      case BYTES -> add(reader.readBytes());
      case INT8, INT16, INT32, INT64, UINT8, UINT16, UINT32, UINT64, BOOL, FP16, BF16 ->
          reader.readLongs(this::add);
    }
  }

  private void add(float value) {
    if (count < size) {
      ((float[]) array)[count++] = value;
    }
  }

  private void add(double value) {
    if (count < size) {
      ((double[]) array)[count++] = value;
    }
  }

  private void add(byte[] value) {
    if (count < size) {
      ((byte[][]) array)[count++] = value;
    }
  }

  private void add(long value) {
    if (count == size) {
      return;
    }
    int at = count++;
    switch (array) {
      case long[] into -> into[at] = value;
      case int[] into -> into[at] = (int) value;
      case short[] into -> into[at] = (short) value;
      case byte[] into ->
          into[at] = type == DataType.BOOL ? (byte) (value == 0 ? 0 : 1) : (byte) value;
      default -> throw new IllegalStateException("no storage for " + type);
    }
  }

  /// All values.
  Object filled() {
    int last = Math.max(0, count - 1);
    switch (array) {
      case float[] into when count > 0 -> Arrays.fill(into, count, size, into[last]);
      case double[] into when count > 0 -> Arrays.fill(into, count, size, into[last]);
      case long[] into when count > 0 -> Arrays.fill(into, count, size, into[last]);
      case int[] into when count > 0 -> Arrays.fill(into, count, size, into[last]);
      case short[] into when count > 0 -> Arrays.fill(into, count, size, into[last]);
      case byte[] into when count > 0 -> Arrays.fill(into, count, size, into[last]);
      case byte[][] into -> Arrays.fill(into, count, size, count > 0 ? into[last] : new byte[0]);
      default -> {
        // nothing given: zeros, as the array is made
      }
    }
    return array;
  }
}
