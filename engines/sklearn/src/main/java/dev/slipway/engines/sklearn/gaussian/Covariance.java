package dev.slipway.engines.sklearn.gaussian;

import dev.slipway.engines.sklearn.Fields;
import dev.slipway.engines.sklearn.Matrix;
import dev.slipway.engines.sklearn.UnsupportedEstimatorException;
import dev.slipway.engines.sklearn.Vectors;
import dev.slipway.engines.sklearn.pickle.PyObject;
import dev.slipway.engines.sklearn.preprocessing.Kernel;
import java.util.List;
import java.util.Map;

/// A kernel of `sklearn.gaussian_process.kernels`: how much two rows have in common.
@FunctionalInterface
interface Covariance {
  int MOST_NESTING = 100;

  /// @param same whether both are one row, of which white noise has its share
  double of(double[] a, double[] b, boolean same);

  /// @throws UnsupportedEstimatorException naming a kernel that is not evaluated here
  static Covariance of(PyObject kernel) {
    return of(kernel, 0);
  }

  private static Covariance of(PyObject kernel, int depth) {
    if (depth > MOST_NESTING) {
      throw new UnsupportedEstimatorException(kernel.type() + " is nested too deeply");
    }
    return switch (kernel.name()) {
      case "Sum" -> {
        var first = of(kernel.object("k1"), depth + 1);
        var second = of(kernel.object("k2"), depth + 1);
        yield (a, b, same) -> first.of(a, b, same) + second.of(a, b, same);
      }
      case "Product" -> {
        var first = of(kernel.object("k1"), depth + 1);
        var second = of(kernel.object("k2"), depth + 1);
        yield (a, b, same) -> first.of(a, b, same) * second.of(a, b, same);
      }
      case "Exponentiation" -> {
        var base = of(kernel.object("kernel"), depth + 1);
        double exponent = kernel.number("exponent");
        yield (a, b, same) -> Math.pow(base.of(a, b, same), exponent);
      }
      case "ConstantKernel" -> {
        double value = kernel.number("constant_value");
        yield (_, _, _) -> value;
      }
      case "WhiteKernel" -> {
        double noise = kernel.number("noise_level");
        yield (_, _, same) -> same ? noise : 0;
      }
      default -> ofRows(kernel);
    };
  }

  private static Covariance ofRows(PyObject kernel) {
    return switch (kernel.name()) {
      case "RBF" -> {
        var lengths = lengths(kernel);
        yield (a, b, _) -> Math.exp(-0.5 * squared(a, b, lengths));
      }
      case "Matern" -> matern(kernel);
      case "RationalQuadratic" -> {
        double alpha = kernel.number("alpha");
        double length = kernel.number("length_scale");
        yield (a, b, _) -> Math.pow(1 + squared(a, b, 1) / (2 * alpha * length * length), -alpha);
      }
      case "ExpSineSquared" -> {
        double period = kernel.number("periodicity");
        double length = kernel.number("length_scale");
        yield (a, b, _) -> {
          double sine = Math.sin(Math.PI / period * Math.sqrt(squared(a, b, 1))) / length;
          return Math.exp(-2 * sine * sine);
        };
      }
      case "DotProduct" -> {
        double shift = kernel.number("sigma_0");
        yield (a, b, _) -> Vectors.dot(a, 0, b, 0, a.length) + shift * shift;
      }
      case "PairwiseKernel" -> named(kernel);
      case "CompoundKernel" ->
          throw new UnsupportedEstimatorException(
              kernel.type()
                  + " stands for a kernel of each class: no estimator can be fitted with it, in"
                  + " scikit-learn neither");
      default ->
          throw new UnsupportedEstimatorException(
              kernel.type()
                  + " is not evaluated here; export the model to ONNX, or serve it with a process"
                  + " runtime");
    };
  }

  /// `length_scale`: a number, or a list or array of one for each column.
  private static double[] lengths(PyObject kernel) {
    return kernel.value("length_scale") instanceof List<?> list
        ? list.stream().mapToDouble(each -> ((Number) each).doubleValue()).toArray()
        : Fields.vector(kernel, "length_scale");
  }

  private static Covariance matern(PyObject kernel) {
    var lengths = lengths(kernel);
    var decay = Matern.of(kernel.number("nu"));
    return (a, b, _) -> decay.applyAsDouble(Math.sqrt(squared(a, b, lengths)));
  }

  /// `PairwiseKernel`: a kernel of `sklearn.metrics.pairwise` by its name.
  private static Covariance named(PyObject kernel) {
    if (!(kernel.value("metric") instanceof String metric)) {
      throw new UnsupportedEstimatorException(
          kernel.type() + ": metric is a function of its author's, which is not run here");
    }
    var given = kernel.attributes().get("pairwise_kernels_kwargs");
    var more = given instanceof Map<?, ?> map ? map : Map.of();
    var pairs =
        Kernel.of(
            metric, kernel.number("gamma"), number(more, "degree", 3), number(more, "coef0", 1));
    return (a, b, _) -> pairs.of(a, 0, b, 0, a.length);
  }

  private static double number(Map<?, ?> settings, String name, double absent) {
    return settings.get(name) instanceof Number number ? number.doubleValue() : absent;
  }

  /// The squared distance of rows over length scales, one for each column or one for all.
  private static double squared(double[] a, double[] b, double... lengths) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      double length = lengths[lengths.length == 1 ? 0 : i];
      double gap = a[i] / length - b[i] / length;
      sum += gap * gap;
    }
    return sum;
  }

  /// `[a.rows(), b.rows()]`.
  default Matrix between(Matrix a, Matrix b) {
    var target = Matrix.zeros(a.rows(), b.rows());
    for (int i = 0; i < a.rows(); i++) {
      var row = a.row(i);
      for (int j = 0; j < b.rows(); j++) {
        target.values()[i * b.rows() + j] = of(row, b.row(j), false);
      }
    }
    return target;
  }
}
