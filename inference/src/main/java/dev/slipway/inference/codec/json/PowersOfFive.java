package dev.slipway.inference.codec.json;

import java.math.BigInteger;

/// The highest 128 bits of `5^q`, for q from -342 to 308: truncated, except that those of -27 to -1
/// are rounded up. Source: D. Lemire, "Number Parsing at a Gigabyte per Second" (2021), section 5.
final class PowersOfFive {
  static final int LEAST = -342;
  static final int GREATEST = 308;
  private static final int BITS = 128;

  /// The greatest power of five in 64 bits.
  private static final int MAX_EXACT = 27;

  /// Two words for each power, the higher first.
  private static final long[] WORDS = words();

  private PowersOfFive() {}

  static long high(int power) {
    return WORDS[2 * (power - LEAST)];
  }

  static long low(int power) {
    return WORDS[2 * (power - LEAST) + 1];
  }

  private static long[] words() {
    var words = new long[2 * (GREATEST - LEAST + 1)];
    var five = BigInteger.valueOf(5);
    var power = BigInteger.ONE;
    for (int q = 0; q <= -LEAST; q++) {
      if (q <= GREATEST) {
        put(words, q, leading(power));
      }
      if (q > 0) {
        int shift = q <= MAX_EXACT ? power.bitLength() - 1 + BITS : 2 * power.bitLength() + BITS;
        put(words, -q, leading(BigInteger.ONE.shiftLeft(shift).divide(power).add(BigInteger.ONE)));
      }
      power = power.multiply(five);
    }
    return words;
  }

  private static BigInteger leading(BigInteger value) {
    return value.shiftLeft(BITS - value.bitLength());
  }

  private static void put(long[] words, int power, BigInteger value) {
    words[2 * (power - LEAST)] = value.shiftRight(Long.SIZE).longValue();
    words[2 * (power - LEAST) + 1] = value.longValue();
  }
}
