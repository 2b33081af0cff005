package dev.slipway.net.grpc;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Reads the fields of one protobuf message, one after another.
///
/// ```java
/// while (reader.next()) {
///   switch (reader.field()) { case 1 -> name = reader.text(); default -> {} }
/// }
/// ```
public final class ProtoReader {
  private final byte[] bytes;
  private int at;
  private int field;
  private long number;
  private int from;
  private int to;

  public ProtoReader(byte[] bytes) {
    this.bytes = bytes;
  }

  /// Goes on to the next field; false at the end.
  ///
  /// @throws GrpcException INTERNAL if the message is malformed
  public boolean next() {
    if (at == bytes.length) {
      return false;
    }
    long tag = varint();
    field = (int) (tag >>> 3);
    number = 0;
    from = at;
    to = at;
    switch ((int) (tag & 7)) {
      case 0 -> number = varint();
      case 1 -> {
        skip(8);
        to = at;
      }
      case 2 -> {
        long length = varint();
        from = at;
        skip(length);
        to = at;
      }
      case 5 -> {
        skip(4);
        to = at;
      }
      default -> throw malformed();
    }
    return true;
  }

  public int field() {
    return field;
  }

  /// The value of a varint field.
  public long number() {
    return number;
  }

  /// The value of a length-delimited field.
  public byte[] bytes() {
    return Arrays.copyOfRange(bytes, from, to);
  }

  /// The value of a `double` or `float` field.
  ///
  /// @throws GrpcException INTERNAL if the field is neither
  public double real() {
    var value = ByteBuffer.wrap(bytes, from, to - from).order(ByteOrder.LITTLE_ENDIAN);
    return switch (to - from) {
      case 4 -> value.getFloat();
      case 8 -> value.getDouble();
      default -> throw malformed();
    };
  }

  public String text() {
    return new String(bytes, from, to - from, StandardCharsets.UTF_8);
  }

  public ProtoReader message() {
    return new ProtoReader(bytes());
  }

  /// A reader of the same message from its start.
  ProtoReader copy() {
    return new ProtoReader(bytes);
  }

  private void skip(long count) {
    if (count < 0 || count > bytes.length - at) {
      throw malformed();
    }
    at += (int) count;
  }

  private long varint() {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      if (at == bytes.length) {
        throw malformed();
      }
      byte next = bytes[at++];
      value |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw malformed();
  }

  private static GrpcException malformed() {
    return new GrpcException(GrpcStatus.INTERNAL, "the message is no well-formed protobuf");
  }
}
