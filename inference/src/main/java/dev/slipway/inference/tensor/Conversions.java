package dev.slipway.inference.tensor;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// Values of one type as another.
final class Conversions {
  private Conversions() {}

  /// The storage array, or one decoded from the wire.
  static Object array(Tensor tensor) {
    return switch (tensor.type()) {
      case FP32 -> tensor.floats();
      case FP64 -> tensor.doubles();
      case INT64, UINT64 -> tensor.longs();
      case INT32, UINT32 -> tensor.ints();
      case INT16, UINT16, FP16, BF16 -> tensor.shorts();
      case INT8, UINT8, BOOL -> tensor.bytes();
      case BYTES -> tensor.strings();
    };
  }

  static double[] toDoubles(Tensor tensor) {
    if (tensor.type() == DataType.FP64) {
      return tensor.doubles();
    }
    var values = new double[tensor.size()];
    switch (array(tensor)) {
      case float[] source -> {
        for (int i = 0; i < values.length; i++) {
          values[i] = source[i];
        }
      }
      case long[] source -> {
        boolean unsigned = tensor.type().unsigned();
        for (int i = 0; i < values.length; i++) {
          values[i] = unsigned ? unsignedDouble(source[i]) : source[i];
        }
      }
      default -> {
        for (int i = 0; i < values.length; i++) {
          values[i] = small(tensor, i);
        }
      }
    }
    return values;
  }

  private static double unsignedDouble(long bits) {
    return bits >= 0 ? bits : ((bits >>> 1) | (bits & 1)) * 2.0;
  }

  /// Element of a type of at most 32 bits that is not FP32.
  private static double small(Tensor tensor, int index) {
    return switch (tensor.type()) {
      case INT32 -> tensor.ints()[index];
      case UINT32 -> Integer.toUnsignedLong(tensor.ints()[index]);
      case INT16 -> tensor.shorts()[index];
      case UINT16 -> Short.toUnsignedInt(tensor.shorts()[index]);
      case FP16 -> Float.float16ToFloat(tensor.shorts()[index]);
      case BF16 -> Float.intBitsToFloat(tensor.shorts()[index] << 16);
      case INT8, BOOL -> tensor.bytes()[index];
      case UINT8 -> Byte.toUnsignedInt(tensor.bytes()[index]);
      case FP32, FP64, INT64, UINT64, BYTES ->
          throw new IllegalStateException("tensor " + tensor.name() + " is " + tensor.type());
    };
  }

  static float[] toFloats(Tensor tensor) {
    if (tensor.type() == DataType.FP32) {
      return tensor.floats();
    }
    var wide = toDoubles(tensor);
    var values = new float[wide.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) wide[i];
    }
    return values;
  }

  static long[] toLongs(Tensor tensor) {
    if (tensor.type() == DataType.INT64 || tensor.type() == DataType.UINT64) {
      return tensor.longs();
    }
    var wide = toDoubles(tensor);
    var values = new long[wide.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (long) wide[i];
    }
    return values;
  }

  static Tensor cast(Tensor tensor, DataType type) {
    return Tensor.of(tensor.name(), type, tensor.shape(), castArray(tensor, type));
  }

  private static Object castArray(Tensor tensor, DataType type) {
    return switch (type) {
      case FP64 -> toDoubles(tensor);
      case FP32 -> toFloats(tensor);
      case INT64, UINT64 -> toLongs(tensor);
      case INT32, UINT32 -> {
        var source = toLongs(tensor);
        var target = new int[source.length];
        for (int i = 0; i < target.length; i++) {
          target[i] = (int) source[i];
        }
        yield target;
      }
      case INT16, UINT16 -> {
        var source = toLongs(tensor);
        var target = new short[source.length];
        for (int i = 0; i < target.length; i++) {
          target[i] = (short) source[i];
        }
        yield target;
      }
      case FP16, BF16 -> {
        var source = toFloats(tensor);
        var target = new short[source.length];
        for (int i = 0; i < target.length; i++) {
          target[i] = type == DataType.FP16 ? Float.floatToFloat16(source[i]) : brain(source[i]);
        }
        yield target;
      }
      case INT8, UINT8 -> {
        var source = toLongs(tensor);
        var target = new byte[source.length];
        for (int i = 0; i < target.length; i++) {
          target[i] = (byte) source[i];
        }
        yield target;
      }
      case BOOL -> {
        var source = toDoubles(tensor);
        var target = new byte[source.length];
        for (int i = 0; i < target.length; i++) {
          target[i] = (byte) (source[i] != 0 ? 1 : 0);
        }
        yield target;
      }
      case BYTES -> throw new IllegalStateException("numbers do not become BYTES by a cast");
    };
  }

  /// The upper half of a float, rounded to even; NaN stays one.
  private static short brain(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      return (short) ((bits >>> 16) | 0x40);
    }
    return (short) ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16);
  }

  static ByteBuffer toWire(Tensor tensor) {
    if (tensor.type() == DataType.BYTES) {
      return stringsToWire(tensor.strings());
    }
    var buffer =
        ByteBuffer.allocate(Math.multiplyExact(tensor.size(), tensor.type().size()))
            .order(ByteOrder.LITTLE_ENDIAN);
    switch (array(tensor)) {
      case float[] values -> buffer.asFloatBuffer().put(values);
      case double[] values -> buffer.asDoubleBuffer().put(values);
      case long[] values -> buffer.asLongBuffer().put(values);
      case int[] values -> buffer.asIntBuffer().put(values);
      case short[] values -> buffer.asShortBuffer().put(values);
      case byte[] values -> buffer.put(0, values);
      default -> throw new IllegalStateException("no array behind " + tensor);
    }
    return buffer;
  }

  private static ByteBuffer stringsToWire(byte[][] values) {
    int length = 0;
    for (var value : values) {
      length = Math.addExact(length, value.length + Integer.BYTES);
    }
    var buffer = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    for (var value : values) {
      buffer.putInt(value.length).put(value);
    }
    return buffer.flip();
  }
}
