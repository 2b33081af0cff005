package dev.slipway.engines.sklearn.preprocessing;

import dev.slipway.engines.sklearn.Estimator;
import dev.slipway.engines.sklearn.Estimators;
import dev.slipway.engines.sklearn.Frame;
import dev.slipway.engines.sklearn.Matrix;
import dev.slipway.engines.sklearn.UnsupportedEstimatorException;
import dev.slipway.engines.sklearn.pickle.PyObject;
import dev.slipway.engines.sklearn.preprocessing.NumericTransformer.Values;
import dev.slipway.inference.engine.InvalidInputException;

/// Transformers that learn nothing from data: norms of rows, thresholds.
public final class Rowwise {
  private Rowwise() {}

  /// By what a row is divided.
  public enum Norm {
    L1,
    L2,
    MAX;

    /// @param name `l1`, `l2` or `max`
    public static Norm of(String name) {
      return switch (name) {
        case "l1" -> L1;
        case "l2" -> L2;
        case "max" -> MAX;
        default ->
            throw new UnsupportedEstimatorException("norm \"" + name + "\" is none of l1, l2, max");
      };
    }

    /// Divides the values of one row, in place; a row of zeros stays.
    public void divide(double[] values, int from, int to) {
      double size = size(values, from, to);
      if (size == 0) {
        return;
      }
      for (int i = from; i < to; i++) {
        values[i] /= size;
      }
    }

    private double size(double[] values, int from, int to) {
      double sum = 0;
      for (int i = from; i < to; i++) {
        sum =
            switch (this) {
              case L1 -> sum + Math.abs(values[i]);
              case L2 -> sum + values[i] * values[i];
              case MAX -> Math.max(sum, Math.abs(values[i]));
            };
      }
      return this == L2 ? Math.sqrt(sum) : sum;
    }
  }

  /// `Normalizer`: each row to length one.
  static Estimator.Transformer normalizer(PyObject object, Estimators readers) {
    var norm = Norm.of(object.text("norm", "l2"));
    return new NumericTransformer(Header.of(object), Values.FINITE, new Normalize(norm));
  }

  /// `Binarizer`: 1 above the threshold, otherwise 0.
  static Estimator.Transformer binarizer(PyObject object, Estimators readers) {
    double threshold = object.number("threshold", 0);
    return new NumericTransformer(Header.of(object), Values.FINITE, new Binarize(threshold));
  }

  private record Normalize(Norm norm) implements Arithmetic {
    @Override
    public Frame dense(Matrix x) {
      var out = x.values().clone();
      for (int row = 0; row < x.rows(); row++) {
        norm.divide(out, row * x.columns(), (row + 1) * x.columns());
      }
      return new Frame.Dense(new Matrix(out, x.rows(), x.columns()));
    }

    @Override
    public Frame sparse(Frame.Sparse x) {
      var out = x.values().clone();
      for (int row = 0; row < x.rows(); row++) {
        norm.divide(out, x.starts()[row], x.starts()[row + 1]);
      }
      return SparseRows.with(x, out);
    }
  }

  private record Binarize(double threshold) implements Arithmetic {
    @Override
    public Frame dense(Matrix x) {
      return new Frame.Dense(new Matrix(above(x.values()), x.rows(), x.columns()));
    }

    @Override
    public Frame sparse(Frame.Sparse x) {
      if (threshold < 0) {
        throw new InvalidInputException("Cannot binarize a sparse matrix with threshold < 0");
      }
      return SparseRows.with(x, above(x.values()));
    }

    private double[] above(double... values) {
      var out = new double[values.length];
      for (int i = 0; i < out.length; i++) {
        out[i] = values[i] > threshold ? 1 : 0;
      }
      return out;
    }
  }
}
