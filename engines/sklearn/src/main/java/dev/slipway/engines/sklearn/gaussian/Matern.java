package dev.slipway.engines.sklearn.gaussian;

import java.util.function.DoubleUnaryOperator;

/// Matérn's kernel as a function of the distance over the length scale (Rasmussen and Williams
/// 2006,
/// equation 4.14).
final class Matern {
  /// Lanczos' coefficients for g = 7 and nine terms, good to 15 digits.
  private static final double[] LANCZOS = {
    0.9999999999998099,
    676.5203681218851,
    -1259.1392167224028,
    771.3234287776531,
    -176.6150291621406,
    12.507343278686905,
    -0.13857109526572012,
    9.984369578019572e-6,
    1.5056327351493116e-7
  };

  private static final double STEP = 1.0 / 16;
  private static final double NEGLIGIBLE = -745; // the logarithm of what is no double any more

  private Matern() {}

  /// @param order `nu`; infinite is the squared exponential
  static DoubleUnaryOperator of(double order) {
    if (order == Double.POSITIVE_INFINITY) {
      return r -> Math.exp(-r * r / 2);
    }
    double stretch = Math.sqrt(2 * order);
    if (order == 0.5) {
      return r -> Math.exp(-r);
    }
    if (order == 1.5) {
      return r -> (1 + stretch * r) * Math.exp(-stretch * r);
    }
    if (order == 2.5) {
      return r -> (1 + stretch * r + stretch * r * stretch * r / 3) * Math.exp(-stretch * r);
    }
    double factor = (1 - order) * Math.log(2) - logGamma(order);
    return r -> bessel(order, factor, stretch * Math.max(r, Math.ulp(1.0)));
  }

  /// `exp(factor) x^order K(x)`, K being the modified Bessel function of the second kind.
  ///
  /// Implementation note. `K(x)` is the integral of `exp(-x cosh t) cosh(order t)` over t above 0
  /// (DLMF 10.32.9). Its integrand falls doubly exponentially, so the trapezoidal rule is as good
  /// as
  /// the arithmetic at a fixed step (Trefethen and Weideman 2014). It is summed as logarithms: the
  /// factors overflow where the product does not.
  private static double bessel(double order, double factor, double x) {
    double outside = factor + order * Math.log(x);
    double sum = Math.exp(outside - x) / 2;
    double peak = sum;
    for (int i = 1; ; i++) {
      double t = i * STEP;
      double bent = order * t + Math.log1p(Math.exp(-2 * order * t)) - Math.log(2);
      double logarithm = outside - x * Math.cosh(t) + bent;
      double term = Math.exp(logarithm);
      sum += term;
      peak = Math.max(peak, term);
      boolean falling = x * Math.sinh(t) > order;
      if (falling && (logarithm < NEGLIGIBLE || term < peak * 1e-18)) {
        return sum * STEP;
      }
    }
  }

  /// For arguments above 0.
  private static double logGamma(double x) {
    if (x < 0.5) {
      return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
    }
    double shifted = x - 1;
    double sum = LANCZOS[0];
    for (int i = 1; i < LANCZOS.length; i++) {
      sum += LANCZOS[i] / (shifted + i);
    }
    double base = shifted + 7.5;
    return Math.log(2 * Math.PI) / 2 + (shifted + 0.5) * Math.log(base) - base + Math.log(sum);
  }
}
