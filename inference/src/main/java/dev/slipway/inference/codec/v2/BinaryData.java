package dev.slipway.inference.codec.v2;

import dev.slipway.inference.codec.json.TensorReader;
import dev.slipway.inference.engine.InvalidInputException;
import dev.slipway.inference.tensor.DataType;
import dev.slipway.inference.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/// Tensors as bytes: little-endian and row-major, each byte string after its length in four bytes.
public final class BinaryData {
  private BinaryData() {}

  /// The tensor in a stretch of an array: a view of it, except for `BYTES`, whose elements are
  /// copied.
  ///
  /// @throws InvalidInputException if the stretch is not what type and shape need
  public static Tensor read(
      String name, DataType type, long[] shape, byte[] bytes, int offset, int length) {
    int size = TensorReader.sizeOf(name, type, shape);
    if (type == DataType.BYTES) {
      return Tensor.of(name, type, shape, strings(name, shape, size, bytes, offset, length));
    }
    if ((long) size * type.size() != length) {
      throw new InvalidInputException(
          TensorReader.describe(name, type, shape)
              + ": expected "
              + (long) size * type.size()
              + " bytes of binary data, found "
              + length);
    }
    return Tensor.ofRaw(name, type, shape, ByteBuffer.wrap(bytes, offset, length));
  }

  private static byte[][] strings(
      String name, long[] shape, int size, byte[] bytes, int offset, int length) {
    var owner = TensorReader.describe(name, DataType.BYTES, shape);
    if ((long) size * Integer.BYTES > length) {
      throw new InvalidInputException(
          owner
              + ": expected "
              + size
              + " strings, each after its length in 4 bytes, found "
              + length
              + " bytes");
    }
    var buffer = ByteBuffer.wrap(bytes, 0, offset + length).order(ByteOrder.LITTLE_ENDIAN);
    var strings = new byte[size][];
    int at = offset;
    int end = offset + length;
    for (int i = 0; i < size; i++) {
      int count = end - at < Integer.BYTES ? -1 : buffer.getInt(at);
      if (count < 0 || count > end - at - Integer.BYTES) {
        throw new InvalidInputException(
            owner
                + ": string "
                + i
                + " of "
                + size
                + " goes beyond the "
                + length
                + " bytes of its data");
      }
      strings[i] = Arrays.copyOfRange(bytes, at + Integer.BYTES, at + Integer.BYTES + count);
      at += Integer.BYTES + count;
    }
    if (at != end) {
      throw new InvalidInputException(
          owner + ": expected " + size + " strings, found " + (end - at) + " bytes after them");
    }
    return strings;
  }
}
