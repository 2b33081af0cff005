package dev.slipway.engines.lightgbm;

import java.math.BigDecimal;
import java.math.MathContext;

/// `e^x` with the very bits glibc gives on machines with fused multiply-add, so that
/// probabilities equal those of the native library. `Math.exp` differs in the last place now and
/// then.
///
/// Implementation note. `x = k ln2/128 + r`, so `e^x = 2^(k/128) e^r`; the first factor comes from
/// a table of 128 doubles with the relative error each of them has, the second from a polynomial
/// of degree 5. Source: Szabolcs Nagy's `exp` in Arm's optimized routines, which glibc uses since
/// 2.28; the order of operations, and which of them are fused, decide the last bit.
final class Exponential {
  private static final int SIZE = 128;
  private static final int INDEX_BITS = 7;
  private static final double PER_LN2 = 0x1.71547652b82fep0 * SIZE;
  private static final double LN2_HIGH = 0x1.62e42fefa0000p-8;
  private static final double LN2_LOW = 0x1.cf79abc9e3b39p-47;
  private static final double ROUNDER = 0x1.8p52;
  private static final double C2 = 0x1.ffffffffffdbdp-2;
  private static final double C3 = 0x1.555555555543cp-3;
  private static final double C4 = 0x1.55555cf172b91p-5;
  private static final double C5 = 0x1.1111167a4d017p-7;
  private static final double SAFE = 700;
  private static final double TINY = 0x1p-54;

  private static final long[] POWERS = new long[SIZE];
  private static final double[] TAILS = new double[SIZE];

  static {
    var context = new MathContext(60);
    var root = BigDecimal.TWO;
    for (int i = 0; i < INDEX_BITS; i++) {
      root = root.sqrt(context);
    }
    var power = BigDecimal.ONE;
    for (int i = 0; i < SIZE; i++) {
      double rounded = power.doubleValue();
      POWERS[i] = Double.doubleToRawLongBits(rounded) - ((long) i << (52 - INDEX_BITS));
      TAILS[i] =
          power.divide(new BigDecimal(rounded), context).subtract(BigDecimal.ONE).doubleValue();
      power = power.multiply(root, context);
    }
  }

  private Exponential() {}

  static double exp(double x) {
    if (!(Math.abs(x) < SAFE)) {
      return Math.exp(x); // overflow, underflow, NaN
    }
    if (Math.abs(x) < TINY) {
      return 1.0 + x;
    }
    double shifted = Math.fma(PER_LN2, x, ROUNDER);
    long k = Double.doubleToRawLongBits(shifted);
    double whole = shifted - ROUNDER;
    double r = Math.fma(-whole, LN2_LOW, Math.fma(-whole, LN2_HIGH, x));
    int index = (int) k & (SIZE - 1);
    double scale = Double.longBitsToDouble(POWERS[index] + (k << (52 - INDEX_BITS)));
    double r2 = r * r;
    double low = Math.fma(r2, Math.fma(r, C3, C2), TAILS[index] + r);
    double rest = Math.fma(r2 * r2, Math.fma(r, C5, C4), low);
    return Math.fma(scale, rest, scale);
  }
}
