package dev.slipway.tuning.space;

/// The standard normal distribution, quick enough for inner loops and exact in its tails.
///
/// The tail is Hart's rational approximation (1968, algorithm 5666, as printed by West 2005), good
/// to about 15 digits.
public final class Normal {
  private static final double ROOT_TWO_PI = Math.sqrt(2 * Math.PI);
  private static final double LOG_ROOT_TWO_PI = Math.log(ROOT_TWO_PI);

  private Normal() {}

  public static double density(double z) {
    return Math.exp(-0.5 * z * z) / ROOT_TWO_PI;
  }

  public static double cumulative(double z) {
    double tail = Math.abs(z) > 37 ? 0 : Math.exp(-0.5 * z * z) * tailRatio(Math.abs(z));
    return z > 0 ? 1 - tail : tail;
  }

  /// `ln Φ(z)`.
  public static double logCumulative(double z) {
    return z > -5 ? Math.log(cumulative(z)) : -0.5 * z * z + Math.log(tailRatio(-z));
  }

  /// `ln(φ(z) + z Φ(z))`, the logarithm of the expected improvement in units of the deviation
  /// (Ament et al. 2023, equation 9).
  public static double logImprovement(double z) {
    if (z > -1) {
      return Math.log(density(z) + z * cumulative(z));
    }
    double size = -z;
    if (size > 30) {
      return -0.5 * z * z - LOG_ROOT_TWO_PI - 2 * Math.log(size);
    }
    double rest = 1 - size * ROOT_TWO_PI * tailRatio(size);
    return -0.5 * z * z - LOG_ROOT_TWO_PI + Math.log(rest);
  }

  /// `d logImprovement / dz`, which is `Φ(z) / (φ(z) + z Φ(z))`.
  public static double logImprovementSlope(double z) {
    return Math.exp(logCumulative(z) - logImprovement(z));
  }

  /// `Φ(-x) / exp(-x²/2)` for `x >= 0`.
  private static double tailRatio(double x) {
    if (x > 7) {
      double fraction = x;
      for (int k = 40; k >= 1; k--) {
        fraction = x + k / fraction;
      }
      return 1 / (fraction * ROOT_TWO_PI);
    }
    double above = 3.52624965998911e-2 * x + 0.700383064443688;
    above = above * x + 6.37396220353165;
    above = above * x + 33.912866078383;
    above = above * x + 112.079291497871;
    above = above * x + 221.213596169931;
    above = above * x + 220.206867912376;
    double below = 8.83883476483184e-2 * x + 1.75566716318264;
    below = below * x + 16.064177579207;
    below = below * x + 86.7807322029461;
    below = below * x + 296.564248779674;
    below = below * x + 637.333633378831;
    below = below * x + 793.826512519948;
    below = below * x + 440.413735824752;
    return above / below;
  }
}
