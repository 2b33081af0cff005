package dev.slipway.inference.codec.json;

/// Up to eight decimal digits at once, in a word of eight bytes whose first is the lowest.
///
/// @see <a href="https://lemire.me/blog/2022/01/21/swar-explained-parsing-eight-digits/">Lemire
/// 2022</a>
final class SwarDigits {
  private static final long ZEROS = 0x3030303030303030L;
  private static final long HIGHS = 0x8080808080808080L;
  private static final long ABOVE_NINE = 0x7676767676767676L;
  private static final long[] POWERS = {
    1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000
  };

  private SwarDigits() {}

  /// Eight bytes of text with the value of each digit in the place of its character.
  static long word(byte[] bytes, int at) {
    return Utf8.word(bytes, at) ^ ZEROS;
  }

  /// Digits before the first byte that is none.
  static int count(long word) {
    return Long.numberOfTrailingZeros(((word + ABOVE_NINE) | word) & HIGHS) >>> 3;
  }

  /// The number that the first `count` digits are, `count` being 1 to 8.
  static long join(long word, int count) {
    long digits = word << ((Long.BYTES - count) * Byte.SIZE);
    long pairs = digits * 10 + (digits >>> 8);
    return ((pairs & 0x000000FF000000FFL) * 0x000F424000000064L
            + ((pairs >>> 16) & 0x000000FF000000FFL) * 0x0000271000000001L)
        >>> 32;
  }

  /// Ten to a power of 0 to 8.
  static long power(int exponent) {
    return POWERS[exponent];
  }
}
