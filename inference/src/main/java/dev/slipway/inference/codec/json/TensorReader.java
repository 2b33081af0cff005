package dev.slipway.inference.codec.json;

import dev.slipway.inference.engine.InvalidInputException;
import dev.slipway.inference.tensor.DataType;
import dev.slipway.inference.tensor.Shapes;
import dev.slipway.inference.tensor.Tensor;
import java.util.Arrays;

/// Reads the values of a tensor whose type and shape are known, from a JSON array that is flat or
/// nested, straight into the tensor's storage.
///
/// Nothing is allocated for a shape that the rest of the document is too short to fill. Nested
/// arrays
/// as deep as the shape must have its lengths; others only the right number of elements.
public final class TensorReader {
  private final JsonReader reader;
  private final String name;
  private final DataType type;
  private final long[] shape;
  private final int size;
  private final int[] lengths;
  private int count;
  private int leaf = -1;

  private TensorReader(JsonReader reader, String name, DataType type, long[] shape) {
    this.reader = reader;
    this.name = name;
    this.type = type;
    this.shape = shape;
    this.size = sizeOf(name, type, shape);
    this.lengths = lengths(shape);
  }

  /// Elements of a shape.
  ///
  /// @throws InvalidInputException if a dimension is negative or there are more than 2^31 - 1
  public static int sizeOf(String name, DataType type, long[] shape) {
    try {
      return Shapes.size(shape);
    } catch (IllegalArgumentException problem) {
      throw new InvalidInputException(describe(name, type, shape) + ": " + problem.getMessage());
    }
  }

  /// Elements below each level of nesting.
  private static int[] lengths(long[] shape) {
    var lengths = new int[shape.length];
    long length = 1;
    for (int i = shape.length - 1; i >= 0; i--) {
      length *= shape[i];
      lengths[i] = (int) length;
    }
    return lengths;
  }

  /// `input x (FP32 [1, 4])`: how messages name a tensor.
  public static String describe(String name, DataType type, long[] shape) {
    return "input \"" + name + "\" (" + type + " " + Arrays.toString(shape) + ")";
  }

  /// Reads the value the reader is at.
  ///
  /// @throws InvalidInputException if it is not `type` and `shape`, or the type has no JSON form
  public static Tensor read(JsonReader reader, String name, DataType type, long[] shape) {
    return new TensorReader(reader, name, type, shape).read();
  }

  private Tensor read() {
    if (type == DataType.FP16 || type == DataType.BF16) {
      throw refused(
          type + " has no JSON form, expected the data in the binary tensor data extension");
    }
    if (size - 1L > (reader.remaining() - 1) / 2) {
      throw refused(
          "expected " + size + " elements, found " + reader.remaining() + " bytes of JSON");
    }
    reader.about(this);
    var array = allocate();
    if (reader.atArray()) {
      array(array, 0);
    } else {
      leaf = 0;
      scalar(array);
    }
    reader.about("");
    if (count != size) {
      throw refused("expected " + size + " elements, found " + count);
    }
    return Tensor.of(name, type, shape, array);
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

  private void array(Object into, int level) {
    int start = count;
    reader.beginArray();
    boolean more = reader.nextElement();
    while (more) {
      if (reader.atArray()) {
        array(into, level + 1);
        more = reader.nextElement();
      } else {
        settle(level);
        more = scalars(into);
      }
    }
    if (leaf >= 0 && level > leaf) {
      throw reader.refused(
          "expected values nested alike, the first at level "
              + (leaf + 1)
              + ", found an array at level "
              + (level + 1));
    }
    if (leaf + 1 == lengths.length && level > 0 && count - start != lengths[level]) {
      throw reader.refused(
          "expected "
              + lengths[level]
              + " elements in each array of level "
              + (level + 1)
              + ", found one of "
              + (count - start));
    }
  }

  /// All scalars lie at one level.
  private void settle(int level) {
    if (leaf >= 0 && leaf != level) {
      throw reader.unexpected("values nested alike, the first at level " + (leaf + 1));
    }
    leaf = level;
  }

  /// Reads elements up to the end of the array, or to an array among them.
  ///
  /// @return whether there is another element, an array
  private boolean scalars(Object array) {
    return switch (array) {
      case float[] into -> floats(into);
      case double[] into -> doubles(into);
      default -> others(array);
    };
  }

  private boolean floats(float[] into) {
    int i = count;
    boolean more;
    do {
      int read = reader.readFloats(into, i);
      i += read;
      if (read == 0) {
        if (i == into.length) {
          throw tooMany();
        }
        into[i++] = reader.readFloat();
      }
      more = reader.nextElement();
    } while (more && !reader.atArray());
    count = i;
    return more;
  }

  private boolean doubles(double[] into) {
    int i = count;
    boolean more;
    do {
      int read = reader.readDoubles(into, i);
      i += read;
      if (read == 0) {
        if (i == into.length) {
          throw tooMany();
        }
        into[i++] = reader.readDouble();
      }
      more = reader.nextElement();
    } while (more && !reader.atArray());
    count = i;
    return more;
  }

  private boolean others(Object array) {
    boolean more;
    do {
      if (count == size) {
        throw tooMany();
      }
      scalar(array);
      more = reader.nextElement();
    } while (more && !reader.atArray());
    return more;
  }

  private void scalar(Object array) {
    if (count == size) {
      throw tooMany();
    }
    int i = count++;
    switch (array) {
      case float[] into -> into[i] = reader.readFloat();
      case double[] into -> into[i] = reader.readDouble();
      case long[] into ->
          into[i] = type == DataType.UINT64 ? reader.readUnsignedLong() : reader.readLong();
      case int[] into -> into[i] = (int) integer();
      case short[] into -> into[i] = (short) integer();
      case byte[] into -> into[i] = (byte) (type == DataType.BOOL ? truth() : integer());
      case byte[][] into -> into[i] = reader.readBytes();
      default -> throw new IllegalStateException("no storage for " + type);
    }
  }

  private long integer() {
    int bits = type.size() * Byte.SIZE;
    return type.unsigned()
        ? reader.readLong(0, (1L << bits) - 1)
        : reader.readLong(-(1L << (bits - 1)), (1L << (bits - 1)) - 1);
  }

  /// numpy's `bool` takes 0 and 1 too.
  private int truth() {
    return switch (reader.peek()) {
      case BOOLEAN -> reader.readBoolean() ? 1 : 0;
      case NUMBER -> (int) reader.readLong(0, 1);
      case OBJECT, ARRAY, STRING, NULL, NONE -> throw reader.unexpected("true or false");
    };
  }

  private InvalidInputException tooMany() {
    return refused("expected " + size + " elements, found more");
  }

  private InvalidInputException refused(String what) {
    return new InvalidInputException(this + ": " + what);
  }

  @Override
  public String toString() {
    return describe(name, type, shape);
  }
}
