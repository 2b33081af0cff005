package dev.slipway.inference.codec.tfserving;

import dev.slipway.inference.codec.proto.ProtoReader;
import dev.slipway.inference.engine.InvalidInputException;
import dev.slipway.inference.tensor.DataType;
import dev.slipway.inference.tensor.Shapes;
import dev.slipway.inference.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Reads the `tensorflow.TensorProto`s of one request: values as raw bytes in `tensor_content`, or
/// in
/// the list of their type, of which the last one stands for all that are missing.
///
/// Source: `tensorflow/core/framework/tensor.proto` and `Tensor::FromProto`.
public final class TfTensorReader {
  /// What a request may grow by when the last value of its lists is repeated.
  static final long MAX_FILLED_BYTES = 64L << 20;

  private static final int MAX_RANK = 254;
  private static final int REFERENCE_BYTES = 8;

  private long filledBytes;

  /// @param message the bytes of a `TensorProto`, of an array; the tensor is a view of them where
  /// its
  /// values are raw
  /// @throws InvalidInputException if type, shape and values do not go together
  public Tensor read(String name, ByteBuffer message) {
    var head = new Head(name);
    head.read(reader(message));
    var type = head.type();
    var shape = head.shape();
    int size = head.size(shape);
    if (head.content.hasRemaining()) {
      return type == DataType.BYTES
          ? Tensor.of(name, type, shape, head.strings(size))
          : head.raw(type, shape);
    }
    charge(head, type, size, message.remaining());
    var values = new TfTensorValues(type, size);
    values.read(reader(message));
    return Tensor.of(name, type, shape, values.filled());
  }

  private static ProtoReader reader(ByteBuffer message) {
    return ProtoReader.of(
        message.array(), message.arrayOffset() + message.position(), message.remaining());
  }

  private void charge(Head head, DataType type, int size, int given) {
    long bytes = (long) size * (type == DataType.BYTES ? REFERENCE_BYTES : type.size());
    if (bytes > given) {
      filledBytes += bytes;
    }
    if (filledBytes > MAX_FILLED_BYTES) {
      throw head.refused(
          "repeating its last value takes " + bytes + " bytes, more than are allowed");
    }
  }

  /// All of a `TensorProto` but its lists of values.
  private static final class Head {
    private final String name;
    private final List<Long> dimensions = new ArrayList<>();
    private ByteBuffer content = ByteBuffer.allocate(0);
    private boolean unknownRank;
    private int dtype;

    private Head(String name) {
      this.name = name;
    }

    private void read(ProtoReader reader) {
      while (reader.nextField()) {
        switch (reader.field()) {
          case 1 -> dtype = reader.readInt();
          case 2 -> shape(reader.readMessage());
          case 4 -> content = reader.readView();
          default -> reader.skip();
        }
      }
    }

    private void shape(ProtoReader reader) {
      while (reader.nextField()) {
        switch (reader.field()) {
          case 2 -> dimensions.add(dimension(reader.readMessage()));
          case 3 -> unknownRank = reader.readBoolean();
          default -> reader.skip();
        }
      }
    }

    private static long dimension(ProtoReader reader) {
      long size = 0;
      while (reader.nextField()) {
        if (reader.field() == 1) {
          size = reader.readLong();
        } else {
          reader.skip();
        }
      }
      return size;
    }

    private DataType type() {
      return TfTypes.of(dtype)
          .orElseThrow(
              () ->
                  refused(
                      "dtype "
                          + dtype
                          + " is not supported (expected one of "
                          + Arrays.stream(DataType.values()).map(TfTypes::name).toList()
                          + ")"));
    }

    private long[] shape() {
      if (unknownRank || dimensions.size() > MAX_RANK) {
        throw refused("its shape has no rank, or one of more than " + MAX_RANK);
      }
      return dimensions.stream().mapToLong(Long::longValue).toArray();
    }

    private int size(long... shape) {
      try {
        return Shapes.size(shape);
      } catch (IllegalArgumentException problem) {
        throw refused(String.valueOf(problem.getMessage()));
      }
    }

    private Tensor raw(DataType type, long... shape) {
      try {
        return Tensor.ofRaw(name, type, shape, content);
      } catch (IllegalArgumentException problem) {
        throw refused("tensor_content: " + problem.getMessage());
      }
    }

    /// Lengths as varints, then the bytes of all strings (`port::EncodeStringList`).
    private byte[][] strings(int count) {
      if (count > content.remaining()) {
        throw refused("tensor_content: expected " + count + " strings, found fewer");
      }
      var lengths = new int[count];
      for (int i = 0; i < count; i++) {
        lengths[i] = length();
      }
      var strings = new byte[count][];
      for (int i = 0; i < count; i++) {
        if (lengths[i] > content.remaining()) {
          throw refused("tensor_content: string " + i + " is cut off");
        }
        strings[i] = new byte[lengths[i]];
        content.get(strings[i]);
      }
      return strings;
    }

    private int length() {
      long value = 0;
      for (int shift = 0; shift < Integer.SIZE && content.hasRemaining(); shift += 7) {
        byte next = content.get();
        value |= (next & 0x7FL) << shift;
        if (next >= 0 && value <= Integer.MAX_VALUE) {
          return (int) value;
        }
      }
      throw refused("tensor_content: expected the lengths of its strings");
    }

    private InvalidInputException refused(String what) {
      return new InvalidInputException("tensor \"" + name + "\": " + what);
    }
  }
}
