package dev.slipway.engines.sklearn.svm;

import dev.slipway.engines.sklearn.Fields;
import dev.slipway.engines.sklearn.Matrix;
import dev.slipway.engines.sklearn.UnsupportedEstimatorException;
import dev.slipway.engines.sklearn.Vectors;
import dev.slipway.engines.sklearn.pickle.PyObject;

/// A similarity of two rows (`sklearn.metrics.pairwise`).
@FunctionalInterface
public interface Kernel {
  /// @param from where the row begins in `a`
  /// @param start where the row begins in `b`
  double of(double[] a, int from, double[] b, int start, int count);

  /// The kernel that the settings `kernel`, `gamma`, `degree` and `coef0` of an estimator name.
  ///
  /// @param gamma as it was fitted
  static Kernel of(PyObject object, double gamma) {
    double shift = object.number("coef0", 0);
    return switch (Fields.setting(object, "kernel", "linear")) {
      case "linear" -> Vectors::dot;
      case "poly", "polynomial" -> {
        double degree = object.number("degree", 3);
        yield (a, from, b, start, count) ->
            power(gamma * Vectors.dot(a, from, b, start, count) + shift, degree);
      }
      case "rbf" ->
          (a, from, b, start, count) ->
              Math.exp(-gamma * Vectors.squaredDistance(a, from, b, start, count));
      case "sigmoid" ->
          (a, from, b, start, count) ->
              Math.tanh(gamma * Vectors.dot(a, from, b, start, count) + shift);
      case "laplacian" ->
          (a, from, b, start, count) -> Math.exp(-gamma * absolute(a, from, b, start, count));
      case "cosine" -> Kernel::cosine;
      default ->
          throw new UnsupportedEstimatorException(
              object
                  + ": kernel is "
                  + Fields.setting(object, "kernel", "")
                  + "; expected one of linear, poly, rbf, sigmoid, laplacian, cosine");
    };
  }

  private static double power(double base, double degree) {
    if (degree != Math.rint(degree) || degree < 0 || degree > 32) {
      return Math.pow(base, degree);
    }
    double result = 1;
    for (int i = 0; i < (int) degree; i++) {
      result *= base;
    }
    return result;
  }

  private static double absolute(double[] a, int from, double[] b, int start, int count) {
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += Math.abs(a[from + i] - b[start + i]);
    }
    return sum;
  }

  private static double cosine(double[] a, int from, double[] b, int start, int count) {
    double lengths =
        Math.sqrt(Vectors.dot(a, from, a, from, count))
            * Math.sqrt(Vectors.dot(b, start, b, start, count));
    return lengths == 0 ? 0 : Vectors.dot(a, from, b, start, count) / lengths;
  }

  /// The kernel of each row of `x` with each of `y`.
  default Matrix of(Matrix x, Matrix y) {
    int width = x.columns();
    var target = Matrix.zeros(x.rows(), y.rows());
    int at = 0;
    for (int i = 0; i < x.rows(); i++) {
      for (int j = 0; j < y.rows(); j++) {
        target.values()[at++] = of(x.values(), i * width, y.values(), j * width, width);
      }
    }
    return target;
  }
}
