package dev.slipway.net.grpc;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/// Writes one protobuf message, for services whose messages are few and small.
public final class ProtoWriter {
  private static final int VARINT = 0;
  private static final int EIGHT_BYTES = 1;
  private static final int BYTES = 2;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  public ProtoWriter number(int field, long value) {
    varint((long) field << 3 | VARINT);
    varint(value);
    return this;
  }

  public ProtoWriter bytes(int field, byte[] value) {
    varint((long) field << 3 | BYTES);
    varint(value.length);
    out.writeBytes(value);
    return this;
  }

  /// A `double`.
  public ProtoWriter real(int field, double value) {
    return fixed(field, Double.doubleToRawLongBits(value));
  }

  /// A `fixed64`.
  public ProtoWriter fixed(int field, long value) {
    varint((long) field << 3 | EIGHT_BYTES);
    for (int shift = 0; shift < 64; shift += 8) {
      out.write((int) (value >>> shift));
    }
    return this;
  }

  public ProtoWriter text(int field, String value) {
    return bytes(field, value.getBytes(StandardCharsets.UTF_8));
  }

  public ProtoWriter message(int field, ProtoWriter value) {
    return bytes(field, value.bytes());
  }

  private void varint(long value) {
    long left = value;
    while ((left & ~0x7fL) != 0) {
      out.write((int) ((left & 0x7f) | 0x80));
      left >>>= 7;
    }
    out.write((int) left);
  }

  public byte[] bytes() {
    return out.toByteArray();
  }
}
