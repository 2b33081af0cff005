package dev.slipway.engines.xgboost;

import java.math.BigDecimal;
import java.math.MathContext;

/// `expf` and `logf` with the very bits glibc gives on machines with fused multiply-add, so that
/// answers equal those of the native library. Neither is always the float nearest to the true
/// value, so rounding `Math.exp` differs in the last place now and then, and a softmax or a start
/// value carries that on.
///
/// Implementation note. Both reduce the argument and end in a polynomial of degree 3, in doubles:
/// `e^x = 2^(k/32) 2^(r/32)` with a table of the first factor, and `log x = k ln2 + log c + log(1 +
/// r)` with a table of 16 centres `c`. Source: Szabolcs Nagy's `expf` and `logf` in Arm's optimized
/// routines, which glibc has from 2.28 to 2.40; the order of operations, and which of them are
/// fused, decide the last bit.
final class FloatMath {
  private static final int POWERS = 32;
  private static final int POWER_BITS = 5;
  private static final double PER_LN2 = 0x1.71547652b82fep0 * POWERS;
  private static final double ROUNDER = 0x1.8p52;
  private static final double E1 = 0x1.62e42ff0c52d6p-1 / POWERS;
  private static final double E2 = 0x1.ebfce50fac4f3p-3 / POWERS / POWERS;
  private static final double E3 = 0x1.c6af84b912394p-5 / POWERS / POWERS / POWERS;
  private static final float SAFE = 88;

  private static final int CENTRE_BITS = 4;
  private static final int OFFSET = 0x3f330000;
  private static final double LN2 = 0x1.62e42fefa39efp-1;
  private static final double L2 = -0x1.ffffef20a4123p-2;
  private static final double L3 = 0x1.5575b0be00b6ap-2;
  private static final double L4 = -0x1.00ea348b88334p-2;

  /// `1 / c` of each centre, and `log c`.
  private static final double[] CENTRES = {
    0x1.661ec79f8f3bep0, -0x1.57bf7808caadep-2,
    0x1.571ed4aaf883dp0, -0x1.2bef0a7c06ddbp-2,
    0x1.49539f0f010bp0, -0x1.01eae7f513a67p-2,
    0x1.3c995b0b80385p0, -0x1.b31d8a68224e9p-3,
    0x1.30d190c8864a5p0, -0x1.6574f0ac07758p-3,
    0x1.25e227b0b8eap0, -0x1.1aa2bc79c81p-3,
    0x1.1bb4a4a1a343fp0, -0x1.a4e76ce8c0e5ep-4,
    0x1.12358f08ae5bap0, -0x1.1973c5a611cccp-4,
    0x1.0953f419900a7p0, -0x1.252f438e10c1ep-5,
    0x1p0, 0,
    0x1.e608cfd9a47acp-1, 0x1.aa5aa5df25984p-5,
    0x1.ca4b31f026aap-1, 0x1.c5e53aa362eb4p-4,
    0x1.b2036576afce6p-1, 0x1.526e57720db08p-3,
    0x1.9c2d163a1aa2dp-1, 0x1.bc2860d22477p-3,
    0x1.886e6037841edp-1, 0x1.1058bc8a07ee1p-2,
    0x1.767dcf5534862p-1, 0x1.4043057b6ee09p-2
  };

  /// Bits of `2^(i/32)`, less what adding `i` at the exponent's low end will add.
  private static final long[] POWER = powers();

  private FloatMath() {}

  private static long[] powers() {
    var context = new MathContext(60);
    var root = BigDecimal.TWO;
    for (int i = 0; i < POWER_BITS; i++) {
      root = root.sqrt(context);
    }
    var powers = new long[POWERS];
    var power = BigDecimal.ONE;
    for (int i = 0; i < POWERS; i++) {
      powers[i] = Double.doubleToRawLongBits(power.doubleValue()) - ((long) i << (52 - POWER_BITS));
      power = power.multiply(root, context);
    }
    return powers;
  }

  static float exp(float x) {
    if (!(Math.abs(x) < SAFE)) {
      return (float) Math.exp(x); // overflow, underflow, NaN
    }
    double shifted = Math.fma(PER_LN2, x, ROUNDER);
    long k = Double.doubleToRawLongBits(shifted);
    double r = Math.fma(PER_LN2, x, ROUNDER - shifted);
    int index = (int) k & (POWERS - 1);
    double scale = Double.longBitsToDouble(POWER[index] + (k << (52 - POWER_BITS)));
    double low = Math.fma(E1, r, 1);
    return (float) (Math.fma(Math.fma(E3, r, E2), r * r, low) * scale);
  }

  static float log(float x) {
    if (!(x >= Float.MIN_NORMAL && x < Float.POSITIVE_INFINITY)) {
      return (float) Math.log(x); // subnormal, infinite, not above zero
    }
    int bits = Float.floatToRawIntBits(x) - OFFSET;
    int at = 2 * ((bits >> (23 - CENTRE_BITS)) & ((1 << CENTRE_BITS) - 1));
    double z = Float.intBitsToFloat((bits & 0x007fffff) + OFFSET);
    double r = Math.fma(z, CENTRES[at], -1);
    double start = Math.fma(bits >> 23, LN2, CENTRES[at + 1]);
    double r2 = r * r;
    return (float) Math.fma(Math.fma(L4, r2, Math.fma(L3, r, L2)), r2, start + r);
  }
}
