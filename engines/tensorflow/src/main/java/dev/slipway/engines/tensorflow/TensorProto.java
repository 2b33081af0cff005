package dev.slipway.engines.tensorflow;

import dev.slipway.inference.codec.proto.ProtoReader;
import dev.slipway.inference.engine.InvalidInputException;
import dev.slipway.inference.tensor.DataType;
import dev.slipway.inference.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/// A tensor in Protocol Buffers (`tensorflow/core/framework/tensor.proto`): raw bytes, or a list of
/// values in the field of its type of which the last stands for all that follow.
final class TensorProto {
  private static final long MOST_ELEMENTS = 1L << 26;

  private int code;
  private final List<Long> shape = new ArrayList<>();
  private byte[] content = {};
  private final List<byte[]> texts = new ArrayList<>();
  private final List<Number> numbers = new ArrayList<>();

  private TensorProto() {}

  /// @throws InvalidInputException if it is of a type or size that is not read
  static Tensor read(ProtoReader reader) {
    var proto = new TensorProto();
    while (reader.nextField()) {
      proto.field(reader);
    }
    return proto.tensor();
  }

  private void field(ProtoReader reader) {
    switch (reader.field()) {
      case 1 -> code = reader.readInt();
      case 2 -> shape(reader.readMessage());
      case 4 -> content = reader.readBytes();
      case 5 -> reader.readFloats(numbers::add);
      case 6 -> reader.readDoubles(numbers::add);
      case 7, 10, 11, 13, 16, 17 -> reader.readLongs(numbers::add);
      case 8 -> texts.add(reader.readBytes());
      default -> reader.skip();
    }
  }

  private void shape(ProtoReader message) {
    while (message.nextField()) {
      if (message.field() != 2) {
        message.skip();
        continue;
      }
      long size = 0;
      var dimension = message.readMessage();
      while (dimension.nextField()) {
        if (dimension.field() == 1) {
          size = dimension.readLong();
        } else {
          dimension.skip();
        }
      }
      shape.add(size);
    }
  }

  private Tensor tensor() {
    var type =
        Types.of(code)
            .orElseThrow(() -> new InvalidInputException("a tensor of " + Types.word(code)));
    long size = 1;
    for (long each : shape) {
      if (each < 0 || each > MOST_ELEMENTS || (size *= each) > MOST_ELEMENTS) {
        throw new InvalidInputException("a tensor of shape " + shape);
      }
    }
    var dimensions = shape.stream().mapToLong(Long::longValue).toArray();
    if (type == DataType.BYTES) {
      return Tensor.of("", type, dimensions, texts((int) size));
    }
    var raw = content.length > 0 ? ByteBuffer.wrap(content) : written(type, (int) size);
    try {
      return Tensor.ofRaw("", type, dimensions, raw);
    } catch (IllegalArgumentException problem) {
      throw new InvalidInputException(String.valueOf(problem.getMessage()));
    }
  }

  private byte[][] texts(int size) {
    var all = new byte[size][];
    for (int i = 0; i < size; i++) {
      all[i] = texts.isEmpty() ? new byte[0] : texts.get(Math.min(i, texts.size() - 1));
    }
    return all;
  }

  private ByteBuffer written(DataType type, int size) {
    var raw = ByteBuffer.allocate(size * type.size()).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < size; i++) {
      Number value = numbers.isEmpty() ? 0 : numbers.get(Math.min(i, numbers.size() - 1));
      switch (type) {
        case FP32 -> raw.putFloat(value.floatValue());
        case FP64 -> raw.putDouble(value.doubleValue());
        case INT64, UINT64 -> raw.putLong(value.longValue());
        case INT32, UINT32 -> raw.putInt(value.intValue());
        case INT16, UINT16, FP16, BF16 -> raw.putShort(value.shortValue());
        case INT8, UINT8, BOOL -> raw.put(value.byteValue());
        case BYTES -> throw new IllegalStateException("BYTES are no numbers");
      }
    }
    return raw.flip();
  }
}
