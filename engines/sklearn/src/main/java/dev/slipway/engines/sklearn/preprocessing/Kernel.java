package dev.slipway.engines.sklearn.preprocessing;

import dev.slipway.engines.sklearn.UnsupportedEstimatorException;

/// A kernel of two rows, as `sklearn.metrics.pairwise` names them.
@FunctionalInterface
public interface Kernel {
  /// @param a holds one row from `i` on
  /// @param b holds the other from `j` on
  double of(double[] a, int i, double[] b, int j, int width);

  /// @throws UnsupportedEstimatorException for names that are none of the kernels here
  static Kernel of(String name, double gamma, double degree, double coef0) {
    return switch (name) {
      case "linear" -> Kernel::dot;
      case "rbf" -> (a, i, b, j, width) -> Math.exp(-gamma * squares(a, i, b, j, width));
      case "laplacian" -> (a, i, b, j, width) -> Math.exp(-gamma * distance(a, i, b, j, width));
      case "poly", "polynomial" ->
          (a, i, b, j, width) -> Math.pow(gamma * dot(a, i, b, j, width) + coef0, degree);
      case "sigmoid" -> (a, i, b, j, width) -> Math.tanh(gamma * dot(a, i, b, j, width) + coef0);
      case "cosine" -> Kernel::cosine;
      case "chi2" -> (a, i, b, j, width) -> Math.exp(gamma * chiSquared(a, i, b, j, width));
      case "additive_chi2" -> Kernel::chiSquared;
      default ->
          throw new UnsupportedEstimatorException(
              "kernel \""
                  + name
                  + "\" is not evaluated here (expected linear, rbf, laplacian, poly, sigmoid,"
                  + " cosine, chi2 or additive_chi2)");
    };
  }

  private static double dot(double[] a, int i, double[] b, int j, int width) {
    double sum = 0;
    for (int k = 0; k < width; k++) {
      sum += a[i + k] * b[j + k];
    }
    return sum;
  }

  private static double squares(double[] a, int i, double[] b, int j, int width) {
    double sum = 0;
    for (int k = 0; k < width; k++) {
      double difference = a[i + k] - b[j + k];
      sum += difference * difference;
    }
    return sum;
  }

  private static double distance(double[] a, int i, double[] b, int j, int width) {
    double sum = 0;
    for (int k = 0; k < width; k++) {
      sum += Math.abs(a[i + k] - b[j + k]);
    }
    return sum;
  }

  private static double cosine(double[] a, int i, double[] b, int j, int width) {
    double lengths = Math.sqrt(dot(a, i, a, i, width)) * Math.sqrt(dot(b, j, b, j, width));
    return lengths == 0 ? 0 : dot(a, i, b, j, width) / lengths;
  }

  private static double chiSquared(double[] a, int i, double[] b, int j, int width) {
    double sum = 0;
    for (int k = 0; k < width; k++) {
      double both = a[i + k] + b[j + k];
      double difference = a[i + k] - b[j + k];
      sum += both == 0 ? 0 : difference * difference / both;
    }
    return -sum;
  }
}
