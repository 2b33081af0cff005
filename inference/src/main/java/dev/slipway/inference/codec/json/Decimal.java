package dev.slipway.inference.codec.json;

import java.nio.charset.StandardCharsets;

/// `mantissa * 10^exponent` as the nearest binary number, ties to even: what `Double.parseDouble`
/// and
/// `Float.parseFloat` give for the same text.
///
/// Implementation note. A mantissa of at most 2^53 and a power of at most 10^22 are exact doubles,
/// so
/// one multiplication or division rounds once (Clinger 1990). A float is that double rounded again,
/// which is wrong only where the double lies exactly between two floats. The rest goes to the JDK.
final class Decimal {
  private static final double[] POWERS = {
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22
  };
  private static final int MAX_POWER = 22;
  private static final long MAX_EXACT = 1L << 53;
  private static final long BELOW_FLOAT = (1L << 29) - 1;
  private static final long FLOAT_MIDPOINT = 1L << 28;

  private Decimal() {}

  /// Whether [#exact] may be asked.
  static boolean isExact(long mantissa, int exponent) {
    return mantissa <= MAX_EXACT && exponent >= -MAX_POWER && exponent <= MAX_POWER;
  }

  static double exact(long mantissa, int exponent) {
    return exponent <= 0 ? mantissa / POWERS[-exponent] : mantissa * POWERS[exponent];
  }

  /// Whether narrowing a correctly rounded double gives the correctly rounded float.
  static boolean narrows(double value) {
    return (Double.doubleToRawLongBits(value) & BELOW_FLOAT) != FLOAT_MIDPOINT
        && (value >= Float.MIN_NORMAL || value == 0);
  }

  static double parseDouble(byte[] bytes, int from, int to) {
    return Double.parseDouble(new String(bytes, from, to - from, StandardCharsets.ISO_8859_1));
  }

  static float parseFloat(byte[] bytes, int from, int to) {
    return Float.parseFloat(new String(bytes, from, to - from, StandardCharsets.ISO_8859_1));
  }
}
