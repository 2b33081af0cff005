package dev.slipway.registry.traces;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/// Reads the fields of one protobuf message, one after another; what is nested is a view of the
/// same bytes.
final class ProtoFields {
  private final ByteBuffer bytes;
  private int field;
  private long number;
  private ByteBuffer content;

  ProtoFields(ByteBuffer bytes) {
    this.bytes = bytes.order(ByteOrder.LITTLE_ENDIAN);
    this.content = bytes;
  }

  /// Goes on to the next field; false at the end.
  ///
  /// @throws IllegalArgumentException if the message is malformed
  boolean next() {
    if (!bytes.hasRemaining()) {
      return false;
    }
    long tag = varint();
    field = (int) (tag >>> 3);
    switch ((int) (tag & 7)) {
      case 0 -> number = varint();
      case 1 -> {
        need(8);
        number = bytes.getLong();
      }
      case 2 -> {
        long length = varint();
        need(length);
        content = bytes.slice(bytes.position(), (int) length);
        bytes.position(bytes.position() + (int) length);
      }
      case 5 -> {
        need(4);
        number = bytes.getInt();
      }
      default -> throw malformed();
    }
    return field != 0 || fail();
  }

  private static boolean fail() {
    throw malformed();
  }

  private long varint() {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      need(1);
      byte next = bytes.get();
      value |= (next & 0x7fL) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw malformed();
  }

  private void need(long count) {
    if (count < 0 || count > bytes.remaining()) {
      throw malformed();
    }
  }

  private static IllegalArgumentException malformed() {
    return new IllegalArgumentException("malformed protobuf");
  }

  int field() {
    return field;
  }

  /// Of a varint or a fixed number.
  long number() {
    return number;
  }

  double real() {
    return Double.longBitsToDouble(number);
  }

  String text() {
    return StandardCharsets.UTF_8.decode(content.duplicate()).toString();
  }

  byte[] bytes() {
    var copy = new byte[content.remaining()];
    content.duplicate().get(copy);
    return copy;
  }

  ProtoFields message() {
    return new ProtoFields(content.duplicate());
  }
}
