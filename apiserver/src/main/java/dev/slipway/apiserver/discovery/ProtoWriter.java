package dev.slipway.apiserver.discovery;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/// Protocol-buffer wire format, as far as OpenAPI documents need it.
///
/// Source: Protocol Buffers documentation, "Encoding".
final class ProtoWriter {
  private static final int LENGTH_DELIMITED = 2;
  private static final int FIXED64 = 1;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  byte[] bytes() {
    return out.toByteArray();
  }

  /// Absent where empty, as proto3 has it.
  ProtoWriter text(int field, String value) {
    return value.isEmpty() ? this : raw(field, value.getBytes(StandardCharsets.UTF_8));
  }

  /// One element of a repeated string: written even where empty.
  ProtoWriter raw(int field, byte[] value) {
    varint(((long) field << 3) | LENGTH_DELIMITED);
    varint(value.length);
    out.writeBytes(value);
    return this;
  }

  ProtoWriter message(int field, ProtoWriter value) {
    return raw(field, value.bytes());
  }

  ProtoWriter flag(int field, boolean value) {
    if (value) {
      varint((long) field << 3);
      varint(1);
    }
    return this;
  }

  ProtoWriter number(int field, long value) {
    if (value != 0) {
      varint((long) field << 3);
      varint(value);
    }
    return this;
  }

  ProtoWriter decimal(int field, double value) {
    if (value != 0) {
      varint(((long) field << 3) | FIXED64);
      long bits = Double.doubleToRawLongBits(value);
      for (int i = 0; i < Long.BYTES; i++) {
        out.write((int) (bits >>> (8 * i)));
      }
    }
    return this;
  }

  private void varint(long value) {
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      out.write((int) (rest & 0x7F) | 0x80);
      rest >>>= 7;
    }
    out.write((int) rest);
  }
}
