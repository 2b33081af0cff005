package dev.slipway.engines.sklearn.preprocessing;

import dev.slipway.engines.sklearn.Estimator;
import dev.slipway.engines.sklearn.Estimators;
import dev.slipway.engines.sklearn.Frame;
import dev.slipway.engines.sklearn.Matrix;
import dev.slipway.engines.sklearn.UnsupportedEstimatorException;
import dev.slipway.engines.sklearn.pickle.NdArray;
import dev.slipway.engines.sklearn.pickle.PyObject;
import dev.slipway.engines.sklearn.preprocessing.NumericTransformer.Values;
import dev.slipway.inference.engine.InvalidInputException;
import java.util.Arrays;
import java.util.Map;

/// `sklearn.kernel_approximation` and `KernelCenterer`.
final class KernelMaps {
  private KernelMaps() {}

  /// `RBFSampler`: `sqrt(2 / n) cos(x W + b)` (Rahimi and Recht 2007).
  static Estimator.Transformer fourier(PyObject object, Estimators readers) {
    var weights = matrix(object.array("random_weights_"));
    var offsets = object.doubles("random_offset_");
    double scale = Math.sqrt(2.0 / object.integer("n_components"));
    return new NumericTransformer(
        Header.of(object).width(weights.rows()),
        Values.FINITE,
        x -> cosines(product(x, weights), offsets, scale));
  }

  /// `SkewedChi2Sampler`: the same of `log(x + c)`.
  static Estimator.Transformer skewed(PyObject object, Estimators readers) {
    var weights = matrix(object.array("random_weights_"));
    var offsets = object.doubles("random_offset_");
    double skewedness = object.number("skewedness", 1);
    double scale = Math.sqrt(2.0) / Math.sqrt(object.integer("n_components"));
    return new NumericTransformer(
        Header.of(object).width(weights.rows()),
        Values.FINITE,
        x -> {
          var logs = x.values().clone();
          for (int i = 0; i < logs.length; i++) {
            if (logs[i] <= -skewedness) {
              throw new InvalidInputException(
                  "X may not contain entries smaller than -skewedness: " + logs[i]);
            }
            logs[i] = Math.log(logs[i] + skewedness);
          }
          var moved = new Matrix(logs, x.rows(), x.columns());
          return cosines(product(moved, weights), offsets, scale);
        });
  }

  private static Frame cosines(Matrix projection, double[] offsets, double scale) {
    var values = projection.values();
    for (int i = 0; i < values.length; i++) {
      values[i] = Math.cos(values[i] + offsets[i % offsets.length]) * scale;
    }
    return new Frame.Dense(projection);
  }

  /// `Nystroem`: the kernel with some fitted rows, times a normalisation.
  static Estimator.Transformer nystroem(PyObject object, Estimators readers) {
    var components = matrix(object.array("components_"));
    var normalization = transposed(matrix(object.array("normalization_")));
    var kernel = kernel(object, components.columns());
    return new NumericTransformer(
        Header.of(object).width(components.columns()),
        Values.FINITE,
        x -> new Frame.Dense(product(kernel(x, components, kernel), normalization)));
  }

  private static Kernel kernel(PyObject object, int features) {
    if (!(object.attributes().get("kernel") instanceof String name)) {
      throw new UnsupportedEstimatorException("Nystroem: a kernel that is a function");
    }
    Map<?, ?> parameters =
        object.attributes().get("kernel_params") instanceof Map<?, ?> map ? map : Map.of();
    return Kernel.of(
        name,
        parameter(object, parameters, "gamma", name.equals("chi2") ? 1.0 : 1.0 / features),
        parameter(object, parameters, "degree", 3),
        parameter(object, parameters, "coef0", 1));
  }

  private static double parameter(
      PyObject object, Map<?, ?> parameters, String name, double otherwise) {
    return parameters.get(name) instanceof Number number
        ? number.doubleValue()
        : object.number(name, otherwise);
  }

  private static Matrix kernel(Matrix x, Matrix others, Kernel kernel) {
    var out = Matrix.zeros(x.rows(), others.rows());
    int width = x.columns();
    for (int row = 0; row < x.rows(); row++) {
      for (int other = 0; other < others.rows(); other++) {
        out.values()[row * others.rows() + other] =
            kernel.of(x.values(), row * width, others.values(), other * width, width);
      }
    }
    return out;
  }

  /// `KernelCenterer`: a kernel matrix, less the means of the fitted columns and of its own rows.
  static Estimator.Transformer centerer(PyObject object, Estimators readers) {
    var means = object.doubles("K_fit_rows_");
    double mean = object.number("K_fit_all_");
    return new NumericTransformer(
        Header.of(object).width(means.length),
        Values.FINITE,
        x -> {
          var out = Matrix.zeros(x.rows(), x.columns());
          for (int row = 0; row < x.rows(); row++) {
            int from = row * x.columns();
            double own = Arrays.stream(x.values(), from, from + x.columns()).sum() / means.length;
            for (int column = 0; column < x.columns(); column++) {
              out.values()[from + column] = x.at(row, column) - means[column] - own + mean;
            }
          }
          return new Frame.Dense(out);
        });
  }

  /// `AdditiveChi2Sampler`: samples of the kernel's spectrum (Vedaldi and Zisserman 2010).
  static Estimator.Transformer chiSquared(PyObject object, Estimators readers) {
    int steps = object.integer("sample_steps", 2);
    double usual = steps == 1 ? 0.8 : steps == 2 ? 0.5 : 0.4;
    double interval = object.number("sample_interval_", object.number("sample_interval", usual));
    return new NumericTransformer(
        Header.of(object),
        Values.FINITE,
        x -> {
          var out = Matrix.zeros(x.rows(), x.columns() * (2 * steps - 1));
          for (int i = 0; i < x.values().length; i++) {
            int row = i / x.columns();
            sample(
                x.values()[i],
                steps,
                interval,
                out,
                row * out.columns() + i % x.columns(),
                x.columns());
          }
          return new Frame.Dense(out);
        });
  }

  private static void sample(
      double x, int steps, double interval, Matrix out, int from, int stride) {
    if (x < 0) {
      throw new InvalidInputException(
          "Negative values in data passed to X in AdditiveChi2Sampler: " + x);
    }
    if (x == 0) {
      return;
    }
    out.values()[from] = Math.sqrt(x * interval);
    double log = interval * Math.log(x);
    for (int j = 1; j < steps; j++) {
      double factor = Math.sqrt(2 * x * interval / Math.cosh(Math.PI * j * interval));
      out.values()[from + (2 * j - 1) * stride] = factor * Math.cos(j * log);
      out.values()[from + 2 * j * stride] = factor * Math.sin(j * log);
    }
  }

  private static Matrix matrix(NdArray array) {
    return new Matrix(array.doubles(), array.shape()[0], array.shape()[1]);
  }

  private static Matrix transposed(Matrix x) {
    var out = Matrix.zeros(x.columns(), x.rows());
    for (int row = 0; row < x.rows(); row++) {
      for (int column = 0; column < x.columns(); column++) {
        out.values()[column * x.rows() + row] = x.at(row, column);
      }
    }
    return out;
  }

  /// The matrix product.
  private static Matrix product(Matrix a, Matrix b) {
    var out = Matrix.zeros(a.rows(), b.columns());
    for (int row = 0; row < a.rows(); row++) {
      int to = row * b.columns();
      for (int inner = 0; inner < a.columns(); inner++) {
        double factor = a.at(row, inner);
        int from = inner * b.columns();
        for (int column = 0; column < b.columns(); column++) {
          out.values()[to + column] += factor * b.values()[from + column];
        }
      }
    }
    return out;
  }
}
