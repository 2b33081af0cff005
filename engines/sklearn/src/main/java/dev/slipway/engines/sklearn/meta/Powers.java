package dev.slipway.engines.sklearn.meta;

/// Inverses of the power transforms (Box and Cox 1964; Yeo and Johnson 2000).
final class Powers {
  private static final double EPSILON = 0x1p-52;

  private Powers() {}

  static double boxCox(double x, double lambda) {
    return lambda == 0 ? Math.exp(x) : Math.exp(Math.log1p(lambda * x) / lambda);
  }

  static double yeoJohnson(double x, double lambda) {
    if (x >= 0) {
      return Math.abs(lambda) < EPSILON
          ? Math.exp(x) - 1
          : Math.pow(x * lambda + 1, 1 / lambda) - 1;
    }
    return Math.abs(lambda - 2) > EPSILON
        ? 1 - Math.pow(-(2 - lambda) * x + 1, 1 / (2 - lambda))
        : 1 - Math.exp(-x);
  }
}
