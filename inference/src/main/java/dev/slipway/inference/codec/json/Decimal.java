package dev.slipway.inference.codec.json;

import java.nio.charset.StandardCharsets;

/// `mantissa * 10^exponent` as the nearest binary number, ties to even: what `Double.parseDouble`
/// and
/// `Float.parseFloat` give for the same text.
///
/// Implementation note. A mantissa of at most 2^53 and a power of at most 10^22 are exact doubles,
/// so
/// one multiplication or division rounds once (Clinger 1990). Otherwise the mantissa is multiplied
/// with the leading bits of a power of five, and the product rounded where its bits decide (Eisel
/// and
/// Lemire; "Number Parsing at a Gigabyte per Second", 2021). The rest (ties that look exact,
/// subnormal and overflowing results) goes to the JDK. A float is the double rounded again, which
/// is
/// wrong only where the double lies exactly between two floats: those go to the JDK too.
final class Decimal {
  /// No answer: the JDK is to be asked. Otherwise the bits of a positive double.
  static final long UNDECIDED = -1;

  private static final double[] POWERS = {
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22
  };
  private static final int MAX_POWER = 22;
  private static final long MAX_EXACT = 1L << 53;
  private static final long BELOW_FLOAT = (1L << 29) - 1;
  private static final long FLOAT_MIDPOINT = 1L << 28;
  private static final long FRACTION = (1L << (Double.PRECISION - 1)) - 1;
  private static final int DROPPED_BITS = Long.SIZE - Double.PRECISION - 2;

  private Decimal() {}

  /// Whether [#exact] may be asked.
  static boolean isExact(long mantissa, int exponent) {
    return mantissa <= MAX_EXACT && exponent >= -MAX_POWER && exponent <= MAX_POWER;
  }

  static double exact(long mantissa, int exponent) {
    return exponent <= 0 ? mantissa / POWERS[-exponent] : mantissa * POWERS[exponent];
  }

  /// The bits of the nearest double, or [#UNDECIDED].
  ///
  /// @param mantissa above 0
  static long rounded(long mantissa, int exponent) {
    if (exponent < PowersOfFive.LEAST || exponent > PowersOfFive.GREATEST) {
      return UNDECIDED;
    }
    int zeros = Long.numberOfLeadingZeros(mantissa);
    long scaled = mantissa << zeros;
    long power = PowersOfFive.high(exponent);
    long high = Math.unsignedMultiplyHigh(scaled, power);
    long low = scaled * power;
    long mask = -1L >>> (Double.PRECISION + 2);
    if ((high & mask) == mask) {
      long carried = low + Math.unsignedMultiplyHigh(scaled, PowersOfFive.low(exponent));
      high += Long.compareUnsigned(carried, low) < 0 ? 1 : 0;
      low = carried;
      if (low == -1 && (exponent < -27 || exponent > 55)) {
        return UNDECIDED;
      }
    }
    return assembled(high, low, exponent, zeros);
  }

  /// Rounds the product; 217706 / 2^16 is log2(10), near enough for these exponents.
  private static long assembled(long high, long low, int exponent, int zeros) {
    int upper = (int) (high >>> 63);
    int shift = upper + DROPPED_BITS;
    long bits = high >>> shift;
    int power = ((217706 * exponent) >> 16) + 63 + upper - zeros + Double.MAX_EXPONENT;
    if (power <= 0) {
      return UNDECIDED;
    }
    boolean tie = Long.compareUnsigned(low, 1) <= 0 && (bits & 3) == 1 && bits << shift == high;
    if (tie && exponent >= -4 && exponent <= 23) {
      bits &= ~1L;
    }
    bits = (bits + (bits & 1)) >>> 1;
    if (bits == 1L << Double.PRECISION) {
      bits >>>= 1;
      power++;
    }
    return power > 2 * Double.MAX_EXPONENT
        ? UNDECIDED
        : ((long) power << (Double.PRECISION - 1)) | (bits & FRACTION);
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
