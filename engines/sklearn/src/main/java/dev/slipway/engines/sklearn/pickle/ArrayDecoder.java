package dev.slipway.engines.sklearn.pickle;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;

/// Raw bytes of numpy arrays and scalars as Java values.
final class ArrayDecoder {
  private static final int MOST_DIMENSIONS = 64;
  private static final int MOST_EMPTY_ELEMENTS = 1 << 16;
  private static final int FRACTION_BITS_80 = 63;
  private static final int BIAS_80 = 16_383;

  private ArrayDecoder() {}

  /// The number of elements of a shape, if so many elements can be.
  static int size(int[] shape) {
    long size = 1;
    for (int dimension : shape) {
      size *= dimension;
      if (dimension < 0 || size > Integer.MAX_VALUE - 16) {
        throw new PickleException("an array's shape has too many elements");
      }
    }
    return (int) size;
  }

  static int[] shape(@Nullable Object value) {
    var shape =
        switch (value) {
          case PyTuple(var values) -> values;
          case Long single -> java.util.List.of(single);
          case null, default -> throw new PickleException("an array's shape is no tuple");
        };
    if (shape.size() > MOST_DIMENSIONS) {
      throw new PickleException("an array has " + shape.size() + " dimensions");
    }
    var dimensions = new int[shape.size()];
    for (int i = 0; i < dimensions.length; i++) {
      if (!(shape.get(i) instanceof Long dimension)
          || dimension < 0
          || dimension > Integer.MAX_VALUE) {
        throw new PickleException("an array's dimension is no length: " + kind(shape.get(i)));
      }
      dimensions[i] = dimension.intValue();
    }
    return dimensions;
  }

  private static String kind(@Nullable Object value) {
    return value instanceof Number ? value.toString() : "not a number";
  }

  /// How many bytes the elements take in the file.
  static long bytes(Dtype type, int[] shape) {
    int size = size(shape);
    if (type.itemBytes() == 0 && size > MOST_EMPTY_ELEMENTS) {
      throw new PickleException("an array claims " + size + " elements of no bytes");
    }
    return (long) size * type.itemBytes();
  }

  /// Storage for [NdArray], in C order.
  ///
  /// @param fortran whether the file has the first dimension running fastest
  static Object decode(Dtype type, int[] shape, boolean fortran, byte[] raw, Budget budget) {
    long expected = bytes(type, shape);
    if (raw.length != expected) {
      throw new PickleException(
          "an array of "
              + type.code()
              + " should have "
              + expected
              + " bytes, found "
              + raw.length);
    }
    int size = size(shape);
    budget.charge(size * type.storedBytes());
    var buffer =
        ByteBuffer.wrap(raw)
            .order(type.bigEndian() ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    var flat = elements(type, buffer, size, 0, type.itemBytes());
    return fortran && shape.length > 1 ? Transposed.toC(flat, shape) : flat;
  }

  /// `count` elements, the first at `offset`, each `stride` bytes after the one before.
  private static Object elements(Dtype type, ByteBuffer raw, int count, int offset, int stride) {
    return switch (type.kind()) {
      case 'f' -> floats(type.itemBytes(), raw, count, offset, stride);
      case 'i', 'u', 'M', 'm' -> integers(type, raw, count, offset, stride);
      case 'b' -> {
        var values = new boolean[count];
        for (int i = 0; i < count; i++) {
          values[i] = raw.get(offset + i * stride) != 0;
        }
        yield values;
      }
      case 'U', 'S' -> {
        var values = new Object[count];
        for (int i = 0; i < count; i++) {
          values[i] = text(type, raw, offset + i * stride);
        }
        yield values;
      }
      case 'c' -> complex(type, raw, count, offset, stride);
      case 'V' -> structured(type, raw, count, offset, stride);
      default -> throw new PickleException("arrays of dtype " + type.code() + " have no raw bytes");
    };
  }

  private static double[] floats(int width, ByteBuffer raw, int count, int offset, int stride) {
    var values = new double[count];
    if (width == Double.BYTES && stride == Double.BYTES && offset == 0) {
      raw.asDoubleBuffer().get(values);
      return values;
    }
    for (int i = 0; i < count; i++) {
      int at = offset + i * stride;
      values[i] =
          switch (width) {
            case 2 -> Float.float16ToFloat(raw.getShort(at));
            case 4 -> raw.getFloat(at);
            case 8 -> raw.getDouble(at);
            default -> extended(raw, at);
          };
    }
    return values;
  }

  /// An x87 80-bit number, as numpy's `longdouble` has it on x86.
  private static double extended(ByteBuffer raw, int at) {
    long fraction = raw.getLong(at);
    int head = raw.getShort(at + 8) & 0xffff;
    int exponent = (head & 0x7fff) - BIAS_80 - FRACTION_BITS_80;
    double high = Math.scalb((double) (fraction >>> 11), exponent + 11);
    double magnitude = high + Math.scalb((double) (fraction & 0x7ff), exponent);
    return (head & 0x8000) == 0 ? magnitude : -magnitude;
  }

  private static long[] integers(Dtype type, ByteBuffer raw, int count, int offset, int stride) {
    var values = new long[count];
    boolean unsigned = type.kind() == 'u';
    for (int i = 0; i < count; i++) {
      int at = offset + i * stride;
      values[i] =
          switch (type.itemBytes()) {
            case 1 -> unsigned ? raw.get(at) & 0xff : raw.get(at);
            case 2 -> unsigned ? raw.getShort(at) & 0xffff : raw.getShort(at);
            case 4 -> unsigned ? Integer.toUnsignedLong(raw.getInt(at)) : raw.getInt(at);
            default -> raw.getLong(at);
          };
    }
    return values;
  }

  /// Text without the zeros numpy pads it with.
  private static Object text(Dtype type, ByteBuffer raw, int at) {
    if (type.kind() == 'S') {
      int length = type.itemBytes();
      while (length > 0 && raw.get(at + length - 1) == 0) {
        length--;
      }
      var bytes = new byte[length];
      raw.get(at, bytes);
      return bytes;
    }
    var text = new StringBuilder();
    int zeros = 0;
    for (int i = 0; i < type.itemBytes(); i += Integer.BYTES) {
      int point = raw.getInt(at + i);
      if (point == 0) {
        zeros++;
        continue;
      }
      for (; zeros > 0; zeros--) {
        text.append('\0');
      }
      text.appendCodePoint(Character.isValidCodePoint(point) ? point : 0xfffd);
    }
    return text.toString();
  }

  private static Object complex(Dtype type, ByteBuffer raw, int count, int offset, int stride) {
    int half = type.itemBytes() / 2;
    var parts = new LinkedHashMap<String, NdArray>();
    var code = "f" + half;
    var shape = new int[] {count};
    parts.put("real", new NdArray(code, shape, floats(half, raw, count, offset, stride)));
    parts.put("imag", new NdArray(code, shape, floats(half, raw, count, offset + half, stride)));
    return parts;
  }

  private static Object structured(Dtype type, ByteBuffer raw, int count, int offset, int stride) {
    if (type.fields().isEmpty()) {
      var values = new Object[count];
      for (int i = 0; i < count; i++) {
        var bytes = new byte[type.itemBytes()];
        raw.get(offset + i * stride, bytes);
        values[i] = bytes;
      }
      return values;
    }
    var parts = new LinkedHashMap<String, NdArray>();
    for (var field : type.fields()) {
      var kind = field.type();
      raw.order(kind.bigEndian() ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
      var values = elements(kind, raw, count, offset + field.offset(), stride);
      parts.put(field.name(), new NdArray(kind.code(), new int[] {count}, values));
    }
    return parts;
  }

  /// A numpy scalar as a plain value.
  static @Nullable Object scalar(Dtype type, @Nullable Object raw, Budget budget) {
    if (type.kind() == 'O') {
      return raw;
    }
    var array = decode(type, new int[0], false, latin1(raw), budget);
    return switch (array) {
      case double[] values -> values[0];
      case long[] values -> values[0];
      case boolean[] values -> values[0];
      case Object[] values -> values[0];
      default -> new NdArray(type.code(), new int[0], array);
    };
  }

  /// Bytes, or the text that Python 2 took for them.
  static byte[] latin1(@Nullable Object raw) {
    return switch (raw) {
      case byte[] bytes -> bytes;
      case String text -> text.getBytes(StandardCharsets.ISO_8859_1);
      case null, default -> throw new PickleException("expected raw bytes of an array");
    };
  }
}
