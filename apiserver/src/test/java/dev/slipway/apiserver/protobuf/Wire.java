package dev.slipway.apiserver.protobuf;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/// Writes protobuf by hand, field by field.
public final class Wire {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  public static Wire message() {
    return new Wire();
  }

  /// A whole body of one object.
  public static byte[] body(String apiVersion, String kind, Wire object) {
    byte[] unknown =
        message()
            .bytes(1, message().text(1, apiVersion).text(2, kind).done())
            .bytes(2, object.done())
            .text(3, "")
            .text(4, "")
            .done();
    var body = new ByteArrayOutputStream();
    body.writeBytes(new byte[] {'k', '8', 's', 0});
    body.writeBytes(unknown);
    return body.toByteArray();
  }

  public Wire number(int field, long value) {
    varint((long) field << 3);
    varint(value);
    return this;
  }

  public Wire decimal(int field, double value) {
    varint(((long) field << 3) | 1);
    long bits = Double.doubleToLongBits(value);
    for (int i = 0; i < 8; i++) {
      out.write((int) (bits >>> (8 * i)));
    }
    return this;
  }

  public Wire text(int field, String value) {
    return bytes(field, value.getBytes(StandardCharsets.UTF_8));
  }

  public Wire part(int field, Wire value) {
    return bytes(field, value.done());
  }

  public Wire bytes(int field, byte[] value) {
    varint(((long) field << 3) | 2);
    varint(value.length);
    out.writeBytes(value);
    return this;
  }

  public byte[] done() {
    return out.toByteArray();
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
