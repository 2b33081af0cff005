package dev.slipway.inference.codec.oip;

import dev.slipway.inference.codec.json.TensorReader;
import dev.slipway.inference.codec.proto.ProtoReader;
import dev.slipway.inference.codec.proto.ProtoWriter;
import dev.slipway.inference.engine.InvalidInputException;
import dev.slipway.inference.tensor.DataType;
import dev.slipway.inference.tensor.Tensor;

/// `InferTensorContents`: one repeated field for each kind of values, of which a tensor uses the
/// one
/// of its datatype. 8- and 16-bit integers travel in the fields of the 32-bit ones.
final class OipContents {
  private static final String[] FIELDS = {
    "",
    "bool_contents",
    "int_contents",
    "int64_contents",
    "uint_contents",
    "uint64_contents",
    "fp32_contents",
    "fp64_contents",
    "bytes_contents"
  };

  private final String name;
  private final DataType type;
  private final long[] shape;
  private final int size;
  private final Object array;
  private int count;

  private OipContents(String name, DataType type, long[] shape, int bytes) {
    this.name = name;
    this.type = type;
    this.shape = shape;
    this.size = TensorReader.sizeOf(name, type, shape);
    if (size > bytes) {
      throw refused("expected " + size + " elements, found contents of " + bytes + " bytes");
    }
    this.array = allocate();
  }

  /// The tensor in a message of contents.
  ///
  /// @throws InvalidInputException if the values are in another datatype's field, out of its range,
  /// or of another number than the shape's
  static Tensor read(String name, DataType type, long[] shape, ProtoReader reader) {
    if (field(type) == 0) {
      throw new InvalidInputException(
          TensorReader.describe(name, type, shape)
              + ": "
              + type
              + " has no typed contents, expected raw_input_contents");
    }
    var contents = new OipContents(name, type, shape, reader.remaining());
    while (reader.nextField()) {
      contents.field(reader);
    }
    return contents.tensor();
  }

  private static int field(DataType type) {
    return switch (type) {
      case BOOL -> 1;
      case INT8, INT16, INT32 -> 2;
      case INT64 -> 3;
      case UINT8, UINT16, UINT32 -> 4;
      case UINT64 -> 5;
      case FP32 -> 6;
      case FP64 -> 7;
      case BYTES -> 8;
      case FP16, BF16 -> 0;
    };
  }

  private Object allocate() {
    return switch (type) {
      case FP32 -> new float[size];
      case FP64 -> new double[size];
      case INT64, UINT64 -> new long[size];
      case INT32, UINT32 -> new int[size];
      case INT16, UINT16, FP16, BF16 -> new short[size];
      case INT8, UINT8, BOOL -> new byte[size];
      case BYTES -> new byte[size][];
    };
  }

  private void field(ProtoReader reader) {
    int found = reader.field();
    if (found >= FIELDS.length) {
      reader.skip();
      return;
    }
    if (found != field(type)) {
      throw refused(
          "expected its values in " + FIELDS[field(type)] + ", found some in " + FIELDS[found]);
    }
    switch (array) {
      case float[] into -> reader.readFloats(value -> into[next()] = value);
      case double[] into -> reader.readDoubles(value -> into[next()] = value);
      case byte[][] into -> into[next()] = reader.readBytes();
      default -> reader.readLongs(this::add);
    }
  }

  private void add(long value) {
    switch (array) {
      case long[] into -> into[next()] = value;
      case int[] into -> into[next()] = (int) value;
      case short[] into -> into[next()] = (short) inRange(value);
      case byte[] into ->
          into[next()] = (byte) (type == DataType.BOOL ? truth(value) : inRange(value));
      default -> throw new IllegalStateException("no storage for " + type);
    }
  }

  private static long truth(long value) {
    return value == 0 ? 0 : 1;
  }

  private long inRange(long value) {
    int bits = type.size() * Byte.SIZE;
    long lowest = type.unsigned() ? 0 : -(1L << (bits - 1));
    long highest = type.unsigned() ? (1L << bits) - 1 : (1L << (bits - 1)) - 1;
    if (value < lowest || value > highest) {
      throw refused(
          "element " + (count - 1) + " expected " + lowest + " to " + highest + ", found " + value);
    }
    return value;
  }

  private int next() {
    if (count == size) {
      throw refused("expected " + size + " elements, found more");
    }
    return count++;
  }

  private Tensor tensor() {
    if (count != size) {
      throw refused("expected " + size + " elements, found " + count);
    }
    return Tensor.of(name, type, shape, array);
  }

  private InvalidInputException refused(String what) {
    return new InvalidInputException(TensorReader.describe(name, type, shape) + ": " + what);
  }

  /// Whether the type can be written as contents.
  static boolean writable(DataType type) {
    return field(type) != 0;
  }

  static void write(ProtoWriter writer, int messageField, Tensor tensor) {
    int field = field(tensor.type());
    int mark = writer.begin(messageField);
    switch (tensor.type()) {
      case FP32 -> writer.writeFloats(field, tensor.floats());
      case FP64 -> writer.writeDoubles(field, tensor.doubles());
      case INT64, UINT64 -> writer.writeLongs(field, tensor.longs());
      case BYTES -> {
        for (var value : tensor.strings()) {
          writer.alwaysBytes(field, value);
        }
      }
      case BOOL, INT8, INT16, INT32, UINT8, UINT16, UINT32 ->
          writer.writeLongs(field, tensor.asLongs());
      case FP16, BF16 -> throw new IllegalArgumentException(tensor + " has no typed contents");
    }
    writer.end(mark);
  }
}
