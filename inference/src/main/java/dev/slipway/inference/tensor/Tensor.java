package dev.slipway.inference.tensor;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// A named, typed, row-major block of values. Immutable by agreement: nobody writes to an array or
/// buffer once it is in a tensor, so tensors share storage instead of copying.
///
/// Implementation note. Storage is either the primitive array of the type (`float[]` for `FP32`,
/// `short[]` for 16-bit types, `byte[]` for 8-bit ones and `BOOL` (0 or 1), `byte[][]` for
/// `BYTES`; unsigned values keep their bits) or a little-endian buffer as it came from the wire,
/// which native engines take as it is and the accessors below decode on each call.
public final class Tensor {
  /// The element of a `BYTES` that stands for no text at all, as JSON's null: told by identity, and
  /// empty to those who do not ask.
  public static final byte[] MISSING = {};

  private final String name;
  private final DataType type;
  private final long[] shape;
  private final int size;
  private final Object storage;

  private Tensor(String name, DataType type, long[] shape, int size, Object storage) {
    this.name = name;
    this.type = type;
    this.shape = shape;
    this.size = size;
    this.storage = storage;
  }

  /// @param array the primitive array of the type, one element per value; see the class
  /// @throws IllegalArgumentException if the array is of another kind or length than type and
  /// shape say
  public static Tensor of(String name, DataType type, long[] shape, Object array) {
    int size = Shapes.size(shape);
    int length = lengthOf(type, array);
    if (length != size) {
      throw new IllegalArgumentException(
          "tensor "
              + name
              + ": shape "
              + Arrays.toString(shape)
              + " needs "
              + size
              + " elements, found "
              + length);
    }
    return new Tensor(name, type, shape, size, array);
  }

  public static Tensor ofFloats(String name, long[] shape, float[] values) {
    return of(name, DataType.FP32, shape, values);
  }

  public static Tensor ofDoubles(String name, long[] shape, double[] values) {
    return of(name, DataType.FP64, shape, values);
  }

  public static Tensor ofLongs(String name, long[] shape, long[] values) {
    return of(name, DataType.INT64, shape, values);
  }

  /// UTF-8 text as `BYTES`.
  public static Tensor ofStrings(String name, long[] shape, String... values) {
    var bytes = new byte[values.length][];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = values[i].getBytes(StandardCharsets.UTF_8);
    }
    return of(name, DataType.BYTES, shape, bytes);
  }

  /// A view of bytes from the wire: little-endian, row-major; never `BYTES`.
  ///
  /// @throws IllegalArgumentException if the buffer is longer or shorter than type and shape say
  public static Tensor ofRaw(String name, DataType type, long[] shape, ByteBuffer bytes) {
    int size = Shapes.size(shape);
    if (type == DataType.BYTES || bytes.remaining() != (long) size * type.size()) {
      throw new IllegalArgumentException(
          "tensor "
              + name
              + ": "
              + type
              + " of shape "
              + Arrays.toString(shape)
              + " needs "
              + (long) size * type.size()
              + " bytes, found "
              + bytes.remaining());
    }
    return new Tensor(name, type, shape, size, bytes.slice().order(ByteOrder.LITTLE_ENDIAN));
  }

  private static int lengthOf(DataType type, Object array) {
    return switch (array) {
      case float[] values when type == DataType.FP32 -> values.length;
      case double[] values when type == DataType.FP64 -> values.length;
      case long[] values when type.size() == 8 && !type.floating() -> values.length;
      case int[] values when type.size() == 4 && !type.floating() -> values.length;
      case short[] values when type.size() == 2 -> values.length;
      case byte[] values when type.size() == 1 -> values.length;
      case byte[][] values when type == DataType.BYTES -> values.length;
      default ->
          throw new IllegalArgumentException(
              type + " is not stored in " + array.getClass().getSimpleName());
    };
  }

  public String name() {
    return name;
  }

  public DataType type() {
    return type;
  }

  /// Dimensions, outermost first; empty for a scalar. Not to be written to.
  public long[] shape() {
    return shape;
  }

  /// Number of elements.
  public int size() {
    return size;
  }

  /// The first dimension; 1 for a scalar.
  public int rows() {
    return shape.length == 0 ? 1 : (int) shape[0];
  }

  /// Elements in one row: the product of all dimensions but the first.
  public int width() {
    int width = 1;
    for (int i = 1; i < shape.length; i++) {
      width *= (int) shape[i];
    }
    return width;
  }

  /// The same values under another name.
  public Tensor named(String other) {
    return other.equals(name) ? this : new Tensor(other, type, shape, size, storage);
  }

  /// The same values in another shape of the same size.
  public Tensor shaped(long... other) {
    if (Shapes.size(other) != size) {
      throw new IllegalArgumentException(
          "tensor " + name + ": " + size + " elements do not fit " + Arrays.toString(other));
    }
    return new Tensor(name, type, other, size, storage);
  }

  /// Whether the storage is a buffer from the wire.
  public boolean isRaw() {
    return storage instanceof ByteBuffer;
  }

  /// The storage array of an `FP32`, or a copy decoded from the wire.
  public float[] floats() {
    require(DataType.FP32);
    if (storage instanceof ByteBuffer raw) {
      var values = new float[size];
      raw.duplicate().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
      return values;
    }
    return (float[]) storage;
  }

  /// As [#floats()], for `FP64`.
  public double[] doubles() {
    require(DataType.FP64);
    if (storage instanceof ByteBuffer raw) {
      var values = new double[size];
      raw.duplicate().order(ByteOrder.LITTLE_ENDIAN).asDoubleBuffer().get(values);
      return values;
    }
    return (double[]) storage;
  }

  /// As [#floats()], for `INT64` and `UINT64`.
  public long[] longs() {
    require(DataType.INT64, DataType.UINT64);
    if (storage instanceof ByteBuffer raw) {
      var values = new long[size];
      raw.duplicate().order(ByteOrder.LITTLE_ENDIAN).asLongBuffer().get(values);
      return values;
    }
    return (long[]) storage;
  }

  /// As [#floats()], for `INT32` and `UINT32`.
  public int[] ints() {
    require(DataType.INT32, DataType.UINT32);
    if (storage instanceof ByteBuffer raw) {
      var values = new int[size];
      raw.duplicate().order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(values);
      return values;
    }
    return (int[]) storage;
  }

  /// As [#floats()], for 16-bit types; floats as their bits.
  public short[] shorts() {
    require(DataType.INT16, DataType.UINT16, DataType.FP16, DataType.BF16);
    if (storage instanceof ByteBuffer raw) {
      var values = new short[size];
      raw.duplicate().order(ByteOrder.LITTLE_ENDIAN).asShortBuffer().get(values);
      return values;
    }
    return (short[]) storage;
  }

  /// As [#floats()], for 8-bit integers and `BOOL`.
  public byte[] bytes() {
    require(DataType.INT8, DataType.UINT8, DataType.BOOL);
    if (storage instanceof ByteBuffer raw) {
      var values = new byte[size];
      raw.duplicate().get(values);
      return values;
    }
    return (byte[]) storage;
  }

  /// The byte strings of a `BYTES`. Not to be written to.
  public byte[][] strings() {
    require(DataType.BYTES);
    return (byte[][]) storage;
  }

  /// One element of a `BYTES` as UTF-8 text.
  public String text(int index) {
    return new String(strings()[index], StandardCharsets.UTF_8);
  }

  /// Whether an element of a `BYTES` is [#MISSING].
  @SuppressWarnings("ReferenceEquality") // an empty text is no missing one
  public boolean isMissing(int index) {
    return strings()[index] == MISSING;
  }

  private void require(DataType... allowed) {
    for (var candidate : allowed) {
      if (candidate == type) {
        return;
      }
    }
    throw new IllegalStateException(
        "tensor " + name + " is " + type + ", not " + Arrays.toString(allowed));
  }

  /// All values as doubles: the storage itself for an `FP64` array, otherwise converted. `BOOL` is
  /// 0
  /// or 1; unsigned 64-bit values round.
  ///
  /// @throws IllegalStateException for `BYTES`
  public double[] asDoubles() {
    return Conversions.toDoubles(this);
  }

  /// All values as floats, as [#asDoubles()].
  public float[] asFloats() {
    return Conversions.toFloats(this);
  }

  /// All values as longs: integers and `BOOL` exactly, floats truncated.
  public long[] asLongs() {
    return Conversions.toLongs(this);
  }

  /// The same numbers in another type, as a Java cast would make them.
  ///
  /// @throws IllegalStateException for `BYTES`
  public Tensor cast(DataType other) {
    return other == type ? this : Conversions.cast(this, other);
  }

  /// The bytes on the wire: little-endian, row-major, from position 0; the storage itself where the
  /// tensor is raw. A `BYTES` element is its length in four bytes, then its bytes (V2 binary tensor
  /// extension).
  public ByteBuffer wire() {
    return storage instanceof ByteBuffer raw
        ? raw.duplicate().order(ByteOrder.LITTLE_ENDIAN)
        : Conversions.toWire(this);
  }

  /// Some rows, copied.
  ///
  /// @param from first row, inclusive
  /// @param to last row, exclusive
  public Tensor rows(int from, int to) {
    return Rows.slice(this, from, to);
  }

  /// `FP32[1, 4] x`.
  @Override
  public String toString() {
    return type + Arrays.toString(shape) + " " + name;
  }
}
