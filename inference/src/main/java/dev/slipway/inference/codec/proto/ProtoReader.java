package dev.slipway.inference.codec.proto;

import dev.slipway.inference.codec.json.Utf8;
import dev.slipway.inference.engine.InvalidInputException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

/// Pulls fields out of one protobuf message in a stretch of an array.
///
/// ```java
/// while (reader.nextField()) {
///   switch (reader.field()) {
///     case 1 -> name = reader.readString();
///     case 5 -> inputs.add(readInput(reader.readMessage()));
///     default -> reader.skip();
///   }
/// }
/// ```
///
/// Malformed or truncated messages, groups, other wire types than asked for and nesting deeper than
/// [#MAX_DEPTH] are an [InvalidInputException]. Not thread-safe.
public final class ProtoReader {
  /// Messages within each other.
  public static final int MAX_DEPTH = 64;

  static final int VARINT = 0;
  static final int FIXED64 = 1;
  static final int BYTES = 2;
  static final int FIXED32 = 5;
  private static final int MAX_FIELD = (1 << 29) - 1;
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private final byte[] bytes;
  private final int limit;
  private final int depth;
  private int at;
  private int field;
  private int wireType;

  private ProtoReader(byte[] bytes, int at, int limit, int depth) {
    this.bytes = bytes;
    this.at = at;
    this.limit = limit;
    this.depth = depth;
  }

  public static ProtoReader of(byte[] bytes, int offset, int length) {
    return new ProtoReader(bytes, offset, offset + length, 1);
  }

  public static ProtoReader of(byte[] bytes) {
    return of(bytes, 0, bytes.length);
  }

  /// Goes to the next field.
  ///
  /// @return false at the end of the message
  public boolean nextField() {
    if (at == limit) {
      return false;
    }
    long tag = varint();
    field = (int) (tag >>> 3);
    wireType = (int) tag & 7;
    if (tag >>> 3 == 0 || tag >>> 3 > MAX_FIELD) {
      throw refused("found field number " + (tag >>> 3));
    }
    return true;
  }

  /// Number of the present field.
  public int field() {
    return field;
  }

  /// Whether the present field is length-delimited: a string, bytes, a message, or packed numbers.
  public boolean isLengthDelimited() {
    return wireType == BYTES;
  }

  /// Offset in the array of what is read next.
  public int position() {
    return at;
  }

  /// Bytes left of this message.
  public int remaining() {
    return limit - at;
  }

  /// `int64`, `uint64` as bits.
  public long readLong() {
    require(VARINT);
    return varint();
  }

  /// `int32`, `uint32` as bits, `enum`.
  public int readInt() {
    return (int) readLong();
  }

  public boolean readBoolean() {
    return readLong() != 0;
  }

  public float readFloat() {
    require(FIXED32);
    return Float.intBitsToFloat(fixed32());
  }

  public double readDouble() {
    require(FIXED64);
    return Double.longBitsToDouble(fixed64());
  }

  /// @throws InvalidInputException also if it is not UTF-8
  public String readString() {
    int length = length();
    int start = at;
    at += length;
    if (!Utf8.valid(bytes, start, at)) {
      throw refused("expected UTF-8 in field " + field);
    }
    return new String(bytes, start, length, StandardCharsets.UTF_8);
  }

  /// A copy.
  public byte[] readBytes() {
    int length = length();
    at += length;
    return Arrays.copyOfRange(bytes, at - length, at);
  }

  /// A view of the array.
  public ByteBuffer readView() {
    int length = length();
    at += length;
    return ByteBuffer.wrap(bytes, at - length, length);
  }

  /// A reader of the message in the present field; this one goes past it.
  public ProtoReader readMessage() {
    int length = length();
    if (depth == MAX_DEPTH) {
      throw refused("nested deeper than " + MAX_DEPTH + " messages");
    }
    at += length;
    return new ProtoReader(bytes, at - length, at, depth + 1);
  }

  /// Reads an entry of a `map<string, V>`.
  ///
  /// @param value reads the value from the entry's field 2
  /// @param absent the value of an entry that has none
  public <V> void readEntry(
      Map<String, V> into, java.util.function.Function<ProtoReader, V> value, V absent) {
    var entry = readMessage();
    var key = "";
    var found = absent;
    while (entry.nextField()) {
      switch (entry.field) {
        case 1 -> key = entry.readString();
        case 2 -> found = value.apply(entry);
        default -> entry.skip();
      }
    }
    into.put(key, found);
  }

  /// Adds the present field's varints to an array, be it one or many packed.
  public void readLongs(LongSink into) {
    if (wireType != BYTES) {
      into.add(readLong());
      return;
    }
    var packed = readMessage();
    while (packed.at < packed.limit) {
      into.add(packed.varint());
    }
  }

  /// Adds the present field's floats.
  public void readFloats(FloatSink into) {
    if (wireType != BYTES) {
      into.add(readFloat());
      return;
    }
    int end = packed(Float.BYTES);
    while (at < end) {
      into.add(Float.intBitsToFloat(fixed32()));
    }
  }

  /// Adds the present field's doubles.
  public void readDoubles(DoubleSink into) {
    if (wireType != BYTES) {
      into.add(readDouble());
      return;
    }
    int end = packed(Double.BYTES);
    while (at < end) {
      into.add(Double.longBitsToDouble(fixed64()));
    }
  }

  /// Takes numbers one by one.
  @FunctionalInterface
  public interface LongSink {
    void add(long value);
  }

  /// As [LongSink].
  @FunctionalInterface
  public interface FloatSink {
    void add(float value);
  }

  /// As [LongSink].
  @FunctionalInterface
  public interface DoubleSink {
    void add(double value);
  }

  private int packed(int size) {
    int length = length();
    if (length % size != 0) {
      throw refused(
          "expected numbers of "
              + size
              + " bytes in field "
              + field
              + ", found "
              + length
              + " bytes");
    }
    return at + length;
  }

  /// Goes past a field of any kind but a group.
  public void skip() {
    switch (wireType) {
      case VARINT -> varint();
      case FIXED64 -> fixed64();
      case BYTES -> {
        int length = length(); // moves on itself, so not in one expression
        at += length;
      }
      case FIXED32 -> fixed32();
      default -> throw refused("found wire type " + wireType + " in field " + field);
    }
  }

  private void require(int expected) {
    if (wireType != expected) {
      throw refused(
          "expected wire type " + expected + " in field " + field + ", found " + wireType);
    }
  }

  private int length() {
    require(BYTES);
    long length = varint();
    if (length < 0 || length > limit - at) {
      throw refused(
          "expected "
              + Long.toUnsignedString(length)
              + " bytes in field "
              + field
              + ", found "
              + (limit - at));
    }
    return (int) length;
  }

  private int fixed32() {
    if (limit - at < Integer.BYTES) {
      throw truncated();
    }
    at += Integer.BYTES;
    return (int) INTS.get(bytes, at - Integer.BYTES);
  }

  private long fixed64() {
    if (limit - at < Long.BYTES) {
      throw truncated();
    }
    at += Long.BYTES;
    return (long) LONGS.get(bytes, at - Long.BYTES);
  }

  private long varint() {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      if (at == limit) {
        throw truncated();
      }
      byte next = bytes[at++];
      value |= (next & 0x7FL) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw refused("found a number of more than 10 bytes");
  }

  private InvalidInputException truncated() {
    return refused("expected more bytes, found the end of the message");
  }

  private InvalidInputException refused(String what) {
    return new InvalidInputException("protobuf: " + what + " at byte " + at);
  }
}
