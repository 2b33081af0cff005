package dev.slipway.engines.sklearn.neighbors;

import dev.slipway.engines.sklearn.UnsupportedEstimatorException;
import dev.slipway.engines.sklearn.pickle.PyObject;
import java.util.Locale;

/// A kernel of `KernelDensity`: how the density around one row falls off.
///
/// Source: Bosch's volumes of balls and scikit-learn's `_kernel_norm`, in logarithms.
enum DensityKernel {
  GAUSSIAN,
  TOPHAT,
  EPANECHNIKOV,
  EXPONENTIAL,
  LINEAR,
  COSINE;

  static DensityKernel of(PyObject object) {
    var name = object.text("kernel", "gaussian");
    for (var kernel : values()) {
      if (kernel.name().toLowerCase(Locale.ROOT).equals(name)) {
        return kernel;
      }
    }
    throw new UnsupportedEstimatorException(
        object
            + ": kernel is "
            + name
            + "; expected gaussian, tophat, epanechnikov, exponential, linear or cosine");
  }

  /// The logarithm of the kernel, not normalised.
  ///
  /// @param far the distance in bandwidths
  double log(double far) {
    if (this == GAUSSIAN) {
      return -far * far / 2;
    }
    if (this == EXPONENTIAL) {
      return -far;
    }
    if (far >= 1) {
      return Double.NEGATIVE_INFINITY;
    }
    return switch (this) {
      case EPANECHNIKOV -> Math.log(1 - far * far);
      case LINEAR -> Math.log(1 - far);
      case COSINE -> Math.log(Math.cos(Math.PI / 2 * far));
      case GAUSSIAN, EXPONENTIAL, TOPHAT -> 0;
    };
  }

  /// The logarithm of the kernel's integral over a space of so many dimensions, at bandwidth 1.
  double logIntegral(int dimensions) {
    return switch (this) {
      case GAUSSIAN -> dimensions * Math.log(2 * Math.PI) / 2;
      case TOPHAT -> logBall(dimensions);
      case EPANECHNIKOV -> logBall(dimensions) + Math.log(2.0 / (dimensions + 2));
      case EXPONENTIAL -> logSphere(dimensions) + logGammaOfHalf(2 * dimensions);
      case LINEAR -> logBall(dimensions) - Math.log(dimensions + 1.0);
      case COSINE -> {
        double sum = 0;
        double term = 2 / Math.PI;
        for (int k = 1; k <= dimensions; k += 2) {
          sum += term;
          term *= -(dimensions - k) * (dimensions - k - 1.0) * (2 / Math.PI) * (2 / Math.PI);
        }
        yield Math.log(sum) + logSphere(dimensions);
      }
    };
  }

  /// Of the volume of the unit ball.
  private static double logBall(int dimensions) {
    return dimensions * Math.log(Math.PI) / 2 - logGammaOfHalf(dimensions + 2);
  }

  /// Of the surface of the unit ball.
  private static double logSphere(int dimensions) {
    return Math.log(2 * Math.PI) + logBall(dimensions - 2);
  }

  /// `log Γ(n / 2)` for `n > 0`, from `Γ(x + 1) = x Γ(x)`.
  private static double logGammaOfHalf(int n) {
    double sum = n % 2 == 0 ? 0 : Math.log(Math.PI) / 2;
    for (int i = n - 2; i > 0; i -= 2) {
      sum += Math.log(i / 2.0);
    }
    return sum;
  }
}
