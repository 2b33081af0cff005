package dev.slipway.engines.sklearn.preprocessing;

import dev.slipway.engines.sklearn.Estimator;
import dev.slipway.engines.sklearn.Estimators;
import dev.slipway.engines.sklearn.Frame;
import dev.slipway.engines.sklearn.Matrix;
import dev.slipway.engines.sklearn.pickle.PyObject;
import dev.slipway.engines.sklearn.pickle.PyTuple;
import dev.slipway.engines.sklearn.preprocessing.NumericTransformer.Values;
import dev.slipway.inference.engine.InvalidInputException;
import java.util.Arrays;
import java.util.List;

/// Scalers that treat each column by itself: `(x - shift) / scale`, or `x * scale + shift`.
final class Scalers {
  private Scalers() {}

  /// `StandardScaler`: less the mean, divided by the standard deviation.
  static Estimator.Transformer standard(PyObject object, Estimators readers) {
    var shift = object.truth("with_mean", true) ? object.doubles("mean_") : new double[0];
    var scale = object.truth("with_std", true) ? object.doubles("scale_") : new double[0];
    return quotient(object, shift, scale, new double[0]);
  }

  /// `RobustScaler`: less the median, divided by the interquartile range.
  static Estimator.Transformer robust(PyObject object, Estimators readers) {
    var shift = object.truth("with_centering", true) ? object.doubles("center_") : new double[0];
    var scale = object.truth("with_scaling", true) ? object.doubles("scale_") : new double[0];
    return quotient(object, shift, scale, new double[0]);
  }

  /// `MaxAbsScaler`: divided by the largest magnitude.
  static Estimator.Transformer largest(PyObject object, Estimators readers) {
    var clip = object.truth("clip", false) ? new double[] {-1, 1} : new double[0];
    return quotient(object, new double[0], object.doubles("scale_"), clip);
  }

  /// `MinMaxScaler`: onto a range.
  static Estimator.Transformer range(PyObject object, Estimators readers) {
    var scale = object.doubles("scale_");
    var least = object.doubles("min_");
    var clip = object.truth("clip", false) ? pair(object, "feature_range") : new double[0];
    return new NumericTransformer(
        Header.of(object),
        Values.NAN_ALLOWED,
        x -> {
          var out = x.values().clone();
          int columns = x.columns();
          for (int i = 0; i < out.length; i++) {
            out[i] = out[i] * scale[i % columns] + least[i % columns];
          }
          clip(out, clip);
          return new Frame.Dense(new Matrix(out, x.rows(), columns));
        });
  }

  private static Estimator.Transformer quotient(
      PyObject object, double[] shift, double[] scale, double[] clip) {
    return new NumericTransformer(
        Header.of(object), Values.NAN_ALLOWED, new Quotient(object.name(), shift, scale, clip));
  }

  /// The two numbers of a tuple or list.
  static double[] pair(PyObject object, String attribute) {
    var values =
        object.value(attribute) instanceof PyTuple tuple ? tuple.values() : object.list(attribute);
    return numbers(values);
  }

  private static double[] numbers(List<?> values) {
    return values.stream().mapToDouble(value -> ((Number) value).doubleValue()).toArray();
  }

  private static void clip(double[] values, double[] bounds) {
    if (bounds.length == 2) {
      for (int i = 0; i < values.length; i++) {
        values[i] = Math.min(Math.max(values[i], bounds[0]), bounds[1]);
      }
    }
  }

  /// `(x - shift) / scale`, either left out if empty.
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  private record Quotient(String name, double[] shift, double[] scale, double[] bounds)
      implements Arithmetic {
    @Override
    public Frame dense(Matrix x) {
      var out = x.values().clone();
      int columns = x.columns();
      for (int start = 0; start < out.length; start += columns) {
        for (int column = 0; column < shift.length; column++) {
          out[start + column] -= shift[column];
        }
        for (int column = 0; column < scale.length; column++) {
          out[start + column] /= scale[column];
        }
      }
      clip(out, bounds);
      return new Frame.Dense(new Matrix(out, x.rows(), columns));
    }

    @Override
    public Frame sparse(Frame.Sparse x) {
      if (shift.length > 0) {
        throw new InvalidInputException(
            name + ": Cannot center sparse matrices; fit it without centering");
      }
      if (scale.length == 0) {
        return x;
      }
      var scaled =
          SparseRows.timesColumns(x, Arrays.stream(scale).map(value -> 1 / value).toArray());
      clip(scaled.values(), bounds);
      return scaled;
    }
  }
}
