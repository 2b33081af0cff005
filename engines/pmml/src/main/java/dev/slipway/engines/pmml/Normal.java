package dev.slipway.engines.pmml;

/// The standard normal distribution, to about 1e-15.
final class Normal {
  private static final double SERIES_LIMIT = 3;
  private static final int FRACTION_TERMS = 80;
  private static final int NEWTON_STEPS = 60;

  private Normal() {}

  static double pdf(double x) {
    return Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
  }

  /// Near 0 the series of odd powers (Abramowitz and Stegun 26.2.11), far out the continued
  /// fraction (26.2.14).
  static double cdf(double x) {
    if (Double.isNaN(x)) {
      return x;
    }
    double z = Math.abs(x);
    if (z < SERIES_LIMIT) {
      double term = z;
      double sum = z;
      for (int i = 3; Math.abs(term) > 1e-18; i += 2) {
        term *= z * z / i;
        sum += term;
      }
      return x < 0 ? 0.5 - pdf(z) * sum : 0.5 + pdf(z) * sum;
    }
    double fraction = z;
    for (int i = FRACTION_TERMS; i > 0; i--) {
      fraction = z + i / fraction;
    }
    double tail = Double.isInfinite(z) ? 0 : pdf(z) / fraction;
    return x < 0 ? tail : 1 - tail;
  }

  /// The inverse of [#cdf], by bisection and Newton's method.
  static double quantile(double p) {
    if (!(p > 0 && p < 1)) {
      return p == 0 ? Double.NEGATIVE_INFINITY : p == 1 ? Double.POSITIVE_INFINITY : Double.NaN;
    }
    double low = -40;
    double high = 40;
    double x = 0;
    for (int i = 0; i < NEWTON_STEPS; i++) {
      double error = cdf(x) - p;
      low = error < 0 ? x : low;
      high = error < 0 ? high : x;
      double next = x - error / pdf(x);
      x = next > low && next < high ? next : (low + high) / 2;
    }
    return x;
  }
}
