package dev.slipway.apiserver.protobuf;

import dev.slipway.apiserver.error.ApiException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Reads the protobuf wire format from a part of an array: tags, then values by their wire type.
///
/// Every method throws [ApiException] 400 where the bytes end early or make no sense.
///
/// @see <a href="https://protobuf.dev/programming-guides/encoding/">the wire format</a>
final class WireReader {
  static final int VARINT = 0;
  static final int FIXED64 = 1;
  static final int BYTES = 2;
  static final int FIXED32 = 5;

  private static final int LONGEST_VARINT = 10;

  private final byte[] bytes;
  private final int end;
  private int at;

  WireReader(byte[] bytes, int start, int end) {
    this.bytes = bytes;
    this.at = start;
    this.end = end;
  }

  boolean more() {
    return at < end;
  }

  /// A field's number times eight, plus its wire type.
  int tag() {
    long tag = varint();
    if (tag >>> 3 == 0 || tag >>> 3 > (1 << 29) - 1) {
      throw malformed("illegal field number " + (tag >>> 3));
    }
    return (int) tag;
  }

  long varint() {
    long value = 0;
    for (int i = 0; i < LONGEST_VARINT; i++) {
      need(1);
      byte next = bytes[at++];
      value |= (long) (next & 0x7F) << (7 * i);
      if (next >= 0) {
        return value;
      }
    }
    throw malformed("an integer has more than " + LONGEST_VARINT + " bytes");
  }

  double fixed64() {
    need(8);
    long value = 0;
    for (int i = 0; i < 8; i++) {
      value |= (bytes[at++] & 0xFFL) << (8 * i);
    }
    return Double.longBitsToDouble(value);
  }

  /// A length and that many bytes, to be read by themselves.
  WireReader part() {
    long length = varint();
    if (length < 0 || length > end - at) {
      throw malformed("unexpected end of the body");
    }
    int start = at;
    at += (int) length;
    return new WireReader(bytes, start, at);
  }

  /// All that is left.
  byte[] rest() {
    byte[] left = Arrays.copyOfRange(bytes, at, end);
    at = end;
    return left;
  }

  /// All that is left, as text.
  String text() {
    String left = new String(bytes, at, end - at, StandardCharsets.UTF_8);
    at = end;
    return left;
  }

  /// Passes over the value of a field nobody asked for.
  void skip(int wireType) {
    switch (wireType) {
      case VARINT -> varint();
      case FIXED64 -> pass(8);
      case BYTES -> part();
      case FIXED32 -> pass(4);
      default -> throw malformed("illegal wire type " + wireType);
    }
  }

  private void pass(int count) {
    need(count);
    at += count;
  }

  private void need(int count) {
    if (count > end - at) {
      throw malformed("unexpected end of the body");
    }
  }

  static ApiException malformed(String why) {
    return ApiException.badRequest("the protobuf body cannot be read: " + why);
  }
}
