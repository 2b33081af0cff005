package dev.slipway.inference.codec.proto;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Writes a protobuf message into a growing array. Values equal to their default are left out, as
/// proto3 does, except by the `always` methods. Not thread-safe.
///
/// Implementation note. A nested message is written behind one byte for its length; a message of
/// 128
/// bytes or more is moved when it ends. Large byte fields belong at the top level, by
/// [#bytesHeader], with their bytes sent after what was written.
public final class ProtoWriter {
  private static final int MAX_ASCII = 0x7F;

  private byte[] bytes;
  private int length;

  /// @param capacity bytes expected
  public ProtoWriter(int capacity) {
    this.bytes = new byte[Math.max(capacity, 16)];
  }

  /// `int64`, `int32` (negative ones take ten bytes), `enum`, `uint64` as bits.
  public ProtoWriter writeLong(int field, long value) {
    return value == 0 ? this : alwaysLong(field, value);
  }

  public ProtoWriter writeBoolean(int field, boolean value) {
    return writeLong(field, value ? 1 : 0);
  }

  public ProtoWriter writeFloat(int field, float value) {
    return Float.floatToRawIntBits(value) == 0 ? this : alwaysFloat(field, value);
  }

  public ProtoWriter writeDouble(int field, double value) {
    return Double.doubleToRawLongBits(value) == 0 ? this : alwaysDouble(field, value);
  }

  public ProtoWriter writeString(int field, String value) {
    return value.isEmpty() ? this : alwaysString(field, value);
  }

  public ProtoWriter writeBytes(int field, byte[] value) {
    return value.length == 0 ? this : alwaysBytes(field, value);
  }

  /// Written even if it is 0: for `oneof` and repeated fields.
  public ProtoWriter alwaysLong(int field, long value) {
    tag(field, ProtoReader.VARINT);
    return varint(value);
  }

  /// As [#alwaysLong].
  public ProtoWriter alwaysFloat(int field, float value) {
    tag(field, ProtoReader.FIXED32);
    return fixed32(Float.floatToRawIntBits(value));
  }

  /// As [#alwaysLong].
  public ProtoWriter alwaysDouble(int field, double value) {
    tag(field, ProtoReader.FIXED64);
    return fixed64(Double.doubleToRawLongBits(value));
  }

  /// As [#alwaysLong].
  public ProtoWriter alwaysString(int field, String value) {
    int before = length;
    int count = value.length();
    bytesHeader(field, count);
    ensure(count);
    for (int i = 0; i < count; i++) {
      char each = value.charAt(i);
      if (each > MAX_ASCII) {
        length = before;
        return alwaysBytes(field, value.getBytes(StandardCharsets.UTF_8));
      }
      bytes[length++] = (byte) each;
    }
    return this;
  }

  /// As [#alwaysLong].
  public ProtoWriter alwaysBytes(int field, byte[] value) {
    bytesHeader(field, value.length);
    return append(value);
  }

  /// Bytes that are the field's value, from a buffer's position to its limit.
  public ProtoWriter alwaysBytes(int field, ByteBuffer value) {
    return bytesHeader(field, value.remaining()).appendBytes(value);
  }

  /// Tag and length of a field whose `count` bytes the caller sends next.
  public ProtoWriter bytesHeader(int field, int count) {
    tag(field, ProtoReader.BYTES);
    return varint(count);
  }

  /// Packed varints; nothing for none.
  public ProtoWriter writeLongs(int field, long... values) {
    if (values.length == 0) {
      return this;
    }
    int mark = begin(field);
    for (long value : values) {
      varint(value);
    }
    return end(mark);
  }

  /// Packed floats; nothing for none.
  public ProtoWriter writeFloats(int field, float... values) {
    if (values.length == 0) {
      return this;
    }
    bytesHeader(field, Math.multiplyExact(values.length, Float.BYTES));
    int count = values.length * Float.BYTES;
    ensure(count);
    ByteBuffer.wrap(bytes, length, count)
        .order(ByteOrder.LITTLE_ENDIAN)
        .asFloatBuffer()
        .put(values);
    length += count;
    return this;
  }

  /// Packed doubles; nothing for none.
  public ProtoWriter writeDoubles(int field, double... values) {
    if (values.length == 0) {
      return this;
    }
    bytesHeader(field, Math.multiplyExact(values.length, Double.BYTES));
    int count = values.length * Double.BYTES;
    ensure(count);
    ByteBuffer.wrap(bytes, length, count)
        .order(ByteOrder.LITTLE_ENDIAN)
        .asDoubleBuffer()
        .put(values);
    length += count;
    return this;
  }

  /// Starts a nested message.
  ///
  /// @return to be given to [#end]
  public int begin(int field) {
    tag(field, ProtoReader.BYTES);
    ensure(1);
    return ++length;
  }

  /// Ends a nested message.
  public ProtoWriter end(int mark) {
    int count = length - mark;
    int room = varintSize(count);
    if (room > 1) {
      ensure(room - 1);
      System.arraycopy(bytes, mark, bytes, mark + room - 1, count);
    }
    length = mark - 1;
    varint(count);
    length += count;
    return this;
  }

  private static int varintSize(int value) {
    return 1 + (31 - Integer.numberOfLeadingZeros(value | 1)) / 7;
  }

  private void tag(int field, int wireType) {
    varint(((long) field << 3) | wireType);
  }

  private ProtoWriter varint(long value) {
    ensure(10);
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      bytes[length++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    bytes[length++] = (byte) rest;
    return this;
  }

  private ProtoWriter fixed32(int value) {
    ensure(Integer.BYTES);
    for (int i = 0; i < Integer.BYTES; i++) {
      bytes[length++] = (byte) (value >>> (8 * i));
    }
    return this;
  }

  private ProtoWriter fixed64(long value) {
    return fixed32((int) value).fixed32((int) (value >>> 32));
  }

  private ProtoWriter append(byte[] value) {
    ensure(value.length);
    System.arraycopy(value, 0, bytes, length, value.length);
    length += value.length;
    return this;
  }

  /// Bytes from a buffer's position to its limit, as they are: a value that a [#bytesHeader]
  /// announced.
  public ProtoWriter appendBytes(ByteBuffer value) {
    int count = value.remaining();
    ensure(count);
    value.get(value.position(), bytes, length, count);
    length += count;
    return this;
  }

  /// What another writer wrote: whole fields, or the value that a [#bytesHeader] announced.
  public ProtoWriter append(ProtoWriter other) {
    ensure(other.length);
    System.arraycopy(other.bytes, 0, bytes, length, other.length);
    length += other.length;
    return this;
  }

  private void ensure(int room) {
    if (bytes.length - length < room) {
      int wanted = Math.addExact(length, room);
      int grown = (int) Math.min(Integer.MAX_VALUE - Long.BYTES, bytes.length * 2L);
      bytes = Arrays.copyOf(bytes, Math.max(wanted, grown));
    }
  }

  /// Bytes written.
  public int length() {
    return length;
  }

  /// What was written, as a copy of exactly its length.
  public byte[] toBytes() {
    return Arrays.copyOf(bytes, length);
  }

  /// What was written, without a copy: nothing may be written afterwards.
  public ByteBuffer toBuffer() {
    return ByteBuffer.wrap(bytes, 0, length);
  }
}
