package dev.slipway.dataplane.server;

import java.util.concurrent.ThreadLocalRandom;

/// Names for requests that came without one: random UUIDs (RFC 9562, version 4) from a generator
/// that
/// is fast and not secret.
public final class RequestIds {
  private static final byte[] HEX =
      "0123456789abcdef".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
  private static final int LENGTH = 36;

  private RequestIds() {}

  @SuppressWarnings("deprecation") // Latin-1 bytes become a string without a decoder
  public static String next() {
    var random = ThreadLocalRandom.current();
    long high = (random.nextLong() & ~0xf000L) | 0x4000L;
    long low = (random.nextLong() >>> 2) | 0x8000_0000_0000_0000L;
    var text = new byte[LENGTH];
    write(text, 0, high >>> 32, 8);
    write(text, 9, high >>> 16, 4);
    write(text, 14, high, 4);
    write(text, 19, low >>> 48, 4);
    write(text, 24, low, 12);
    text[8] = '-';
    text[13] = '-';
    text[18] = '-';
    text[23] = '-';
    return new String(text, 0, 0, LENGTH);
  }

  private static void write(byte[] target, int at, long bits, int digits) {
    for (int i = digits - 1; i >= 0; i--) {
      target[at + i] = HEX[(int) (bits & 0xf)];
      bits >>>= 4;
    }
  }
}
