package dev.slipway.engines.sklearn.gaussian;

import dev.slipway.engines.sklearn.Fields;
import dev.slipway.engines.sklearn.Matrix;
import dev.slipway.engines.sklearn.UnsupportedEstimatorException;
import dev.slipway.engines.sklearn.Vectors;
import dev.slipway.engines.sklearn.pickle.PyObject;
import java.util.List;

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

  /// Matérn's kernel for the orders that need no Bessel function.
  private static Covariance matern(PyObject kernel) {
    var lengths = lengths(kernel);
    double order = kernel.number("nu");
    if (order == Double.POSITIVE_INFINITY) {
      return (a, b, _) -> Math.exp(-squared(a, b, lengths) / 2);
    }
    if (order != 0.5 && order != 1.5 && order != 2.5) {
      throw new UnsupportedEstimatorException(
          kernel.type() + ": nu " + order + " is not evaluated here (expected 0.5, 1.5, 2.5, inf)");
    }
    double stretch = Math.sqrt(2 * order);
    return (a, b, _) -> {
      double r = stretch * Math.sqrt(squared(a, b, lengths));
      double polynomial = order == 0.5 ? 1 : order == 1.5 ? 1 + r : 1 + r + r * r / 3;
      return polynomial * Math.exp(-r);
    };
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
