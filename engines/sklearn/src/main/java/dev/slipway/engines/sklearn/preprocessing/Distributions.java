package dev.slipway.engines.sklearn.preprocessing;

import dev.slipway.engines.sklearn.Estimator;
import dev.slipway.engines.sklearn.Estimators;
import dev.slipway.engines.sklearn.Frame;
import dev.slipway.engines.sklearn.Matrix;
import dev.slipway.engines.sklearn.UnsupportedEstimatorException;
import dev.slipway.engines.sklearn.pickle.PyObject;
import dev.slipway.engines.sklearn.preprocessing.NumericTransformer.Values;
import dev.slipway.inference.engine.InvalidInputException;
import java.util.function.IntFunction;

/// Transformers that give columns another distribution: powers and quantiles.
final class Distributions {
  /// Probabilities nearer to 0 or 1 than this are moved there (`BOUNDS_THRESHOLD`).
  private static final double EDGE = 1e-7;

  private static final double LOWEST = NormalQuantile.at(EDGE - Math.ulp(1.0));
  private static final double HIGHEST = NormalQuantile.at(1 - (EDGE - Math.ulp(1.0)));

  private Distributions() {}

  /// A function of one value, for one column.
  @FunctionalInterface
  private interface Curve {
    double at(double x);
  }

  /// `PowerTransformer`.
  static Estimator.Transformer power(PyObject object, Estimators readers) {
    var lambdas = object.doubles("lambdas_");
    boolean boxCox =
        switch (object.text("method", "yeo-johnson")) {
          case "box-cox" -> true;
          case "yeo-johnson" -> false;
          default ->
              throw new UnsupportedEstimatorException(
                  "PowerTransformer: method \"" + object.text("method") + "\"");
        };
    IntFunction<Curve> curves =
        column -> boxCox ? x -> boxCox(x, lambdas[column]) : x -> yeoJohnson(x, lambdas[column]);
    var scaler =
        object.truth("standardize", true)
            ? readers.read(object.object("_scaler")) instanceof Estimator.Transformer found
                ? found
                : null
            : null;
    return new NumericTransformer(
        Header.of(object).width(lambdas.length),
        Values.NAN_ALLOWED,
        x -> {
          var out = new Frame.Dense(each(x, curves));
          return scaler == null ? out : scaler.transform(out);
        });
  }

  /// `(x^lambda - 1) / lambda`, and `log x` for 0 (Box and Cox 1964).
  private static double boxCox(double x, double lambda) {
    if (x <= 0) {
      throw new InvalidInputException(
          "The Box-Cox transformation can only be applied to strictly positive data, found " + x);
    }
    return Math.abs(lambda) < 1e-19 ? Math.log(x) : Math.expm1(lambda * Math.log(x)) / lambda;
  }

  /// Box and Cox's curve of `1 + x`, mirrored with `2 - lambda` below 0 (Yeo and Johnson 2000).
  private static double yeoJohnson(double x, double lambda) {
    if (x >= 0) {
      return Math.abs(lambda) < Math.ulp(1.0)
          ? Math.log1p(x)
          : Math.expm1(lambda * Math.log1p(x)) / lambda;
    }
    double mirrored = 2 - lambda;
    return Math.abs(mirrored) < Math.ulp(1.0)
        ? -Math.log1p(-x)
        : -Math.expm1(mirrored * Math.log1p(-x)) / mirrored;
  }

  /// `QuantileTransformer`.
  static Estimator.Transformer quantile(PyObject object, Estimators readers) {
    var quantiles = object.array("quantiles_");
    int count = quantiles.shape()[0];
    int columns = quantiles.shape()[1];
    var references = object.doubles("references_");
    boolean normal = object.text("output_distribution", "uniform").equals("normal");
    var curves = new Quantiles[columns];
    for (int column = 0; column < columns; column++) {
      var own = new double[count];
      for (int i = 0; i < count; i++) {
        own[i] = quantiles.doubles()[i * columns + column];
      }
      curves[column] = new Quantiles(own, references, normal);
    }
    return new NumericTransformer(
        Header.of(object).width(columns),
        Values.NAN_ALLOWED,
        new Arithmetic() {
          @Override
          public Frame dense(Matrix x) {
            return new Frame.Dense(each(x, column -> curves[column]));
          }

          @Override
          public Frame sparse(Frame.Sparse x) {
            var out = x.values().clone();
            for (int i = 0; i < out.length; i++) {
              out[i] = curves[x.indexes()[i]].at(out[i]);
            }
            return SparseRows.with(x, out);
          }
        });
  }

  private static Matrix each(Matrix x, IntFunction<? extends Curve> curves) {
    var out = Matrix.zeros(x.rows(), x.columns());
    for (int column = 0; column < x.columns(); column++) {
      var curve = curves.apply(column);
      for (int i = column; i < out.values().length; i += x.columns()) {
        double value = x.values()[i];
        out.values()[i] = Double.isNaN(value) ? value : curve.at(value);
      }
    }
    return out;
  }

  /// The empirical distribution of one column: the mean of interpolating from below and from above,
  /// so that the middle of a plateau is met.
  private static final class Quantiles implements Curve {
    private final double[] quantiles;
    private final double[] references;
    private final double[] negatedQuantiles;
    private final double[] negatedReferences;
    private final boolean normal;

    Quantiles(double[] quantiles, double[] references, boolean normal) {
      this.quantiles = quantiles;
      this.references = references;
      this.negatedQuantiles = negatedReverse(quantiles);
      this.negatedReferences = negatedReverse(references);
      this.normal = normal;
    }

    private static double[] negatedReverse(double... values) {
      var reverse = new double[values.length];
      for (int i = 0; i < values.length; i++) {
        reverse[i] = -values[values.length - 1 - i];
      }
      return reverse;
    }

    @Override
    public double at(double x) {
      double share = share(x);
      return normal ? Math.min(Math.max(NormalQuantile.at(share), LOWEST), HIGHEST) : share;
    }

    private double share(double x) {
      double low = quantiles[0];
      double high = quantiles[quantiles.length - 1];
      double edge = normal ? EDGE : 0;
      if (normal ? x - edge < low : x == low) {
        return 0;
      }
      if (normal ? x + edge > high : x == high) {
        return 1;
      }
      return 0.5
          * (interpolate(x, quantiles, references)
              - interpolate(-x, negatedQuantiles, negatedReferences));
    }

    /// As `numpy.interp`: the last of equal positions counts, and the ends go on level.
    private static double interpolate(double x, double[] positions, double[] heights) {
      int last = positions.length - 1;
      if (x < positions[0]) {
        return heights[0];
      }
      if (x >= positions[last]) {
        return heights[last];
      }
      int low = 0;
      int high = last;
      while (high - low > 1) {
        int middle = (low + high) >>> 1;
        if (positions[middle] <= x) {
          low = middle;
        } else {
          high = middle;
        }
      }
      if (positions[low] == x) {
        return heights[low];
      }
      double slope = (heights[low + 1] - heights[low]) / (positions[low + 1] - positions[low]);
      return slope * (x - positions[low]) + heights[low];
    }
  }
}
