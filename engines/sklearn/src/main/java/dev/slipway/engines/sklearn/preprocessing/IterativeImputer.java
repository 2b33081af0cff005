package dev.slipway.engines.sklearn.preprocessing;

import dev.slipway.engines.sklearn.Estimator;
import dev.slipway.engines.sklearn.Estimators;
import dev.slipway.engines.sklearn.Frame;
import dev.slipway.engines.sklearn.Matrix;
import dev.slipway.engines.sklearn.UnsupportedEstimatorException;
import dev.slipway.engines.sklearn.pickle.NdArray;
import dev.slipway.engines.sklearn.pickle.PyObject;
import dev.slipway.engines.sklearn.preprocessing.NumericTransformer.Values;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// `IterativeImputer`: each column's missing values predicted from the other columns, round after
/// round, with the estimators fitted for each.
final class IterativeImputer implements Arithmetic {
  private final Missing missing;
  private final Estimator.Transformer first;
  private final List<Step> steps;
  private final double[] least;
  private final double[] most;
  private final int[] kept;
  private final boolean[] empty;
  private final boolean keepsEmpty;
  private final int[] flagged;

  /// One column, predicted from others.
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  private record Step(int column, int[] from, Estimator.Predictor estimator) {}

  private IterativeImputer(PyObject object, Estimators readers) {
    if (object.truth("sample_posterior", false)) {
      throw new UnsupportedEstimatorException(
          "IterativeImputer: sample_posterior=True draws random values and is not evaluated here");
    }
    this.missing = Missing.of(object);
    if (!(readers.read(object.object("initial_imputer_"))
        instanceof Estimator.Transformer initial)) {
      throw new UnsupportedEstimatorException(
          "IterativeImputer: initial_imputer_ cannot transform");
    }
    this.first = initial;
    this.keepsEmpty = object.truth("keep_empty_features", false);
    this.empty = empty(object);
    this.kept =
        IntStream.range(0, empty.length).filter(column -> keepsEmpty || !empty[column]).toArray();
    this.steps = object.integer("n_iter_", 0) == 0 ? List.of() : steps(object, readers);
    this.least = bounds(object, "_min_value", Double.NEGATIVE_INFINITY);
    this.most = bounds(object, "_max_value", Double.POSITIVE_INFINITY);
    this.flagged = Indicators.added(object);
  }

  static Estimator.Transformer read(PyObject object, Estimators readers) {
    var imputer = new IterativeImputer(object, readers);
    return new NumericTransformer(
        Header.of(object).width(imputer.empty.length),
        imputer.missing.nan() ? Values.NAN_ALLOWED : Values.FINITE,
        imputer);
  }

  private static boolean[] empty(PyObject object) {
    var known = object.attributes().get("_is_empty_feature");
    var values =
        known instanceof NdArray array
            ? array.doubles()
            : object.object("initial_imputer_").doubles("statistics_");
    var empty = new boolean[values.length];
    for (int i = 0; i < empty.length; i++) {
      empty[i] = known instanceof NdArray ? values[i] != 0 : Double.isNaN(values[i]);
    }
    return empty;
  }

  private double[] bounds(PyObject object, String attribute, double otherwise) {
    var values =
        object.attributes().get(attribute) instanceof NdArray array
            ? array.doubles()
            : new double[0];
    return IntStream.range(0, kept.length)
        .mapToDouble(i -> i < values.length ? values[i] : otherwise)
        .toArray();
  }

  private List<Step> steps(PyObject object, Estimators readers) {
    var steps = new ArrayList<Step>();
    for (var value : object.list("imputation_sequence_")) {
      var parts = parts(value);
      if (parts.size() == 3
          && parts.get(0) instanceof Number column
          && parts.get(1) instanceof NdArray from
          && readers.read(parts.get(2)) instanceof Estimator.Predictor predictor) {
        steps.add(new Step(column.intValue(), from.integers(), predictor));
      } else {
        throw new UnsupportedEstimatorException(
            "IterativeImputer: imputation_sequence_ holds " + value);
      }
    }
    return steps;
  }

  private static List<?> parts(@org.jspecify.annotations.Nullable Object value) {
    return switch (value) {
      case PyObject triplet -> triplet.arguments();
      case dev.slipway.engines.sklearn.pickle.PyTuple tuple -> tuple.values();
      case null, default -> List.of();
    };
  }

  @Override
  public Frame dense(Matrix x) {
    var initial = first.transform(new Frame.Dense(x)).matrix();
    var filled = initial.columns() == kept.length ? initial : narrowed(initial);
    var mask = missing.mask(x);
    for (var step : steps) {
      if (step.column() < kept.length && predicted(step.column())) {
        impute(step, filled, mask, x.columns());
      }
    }
    return new Frame.Dense(
        Indicators.append(restored(x, filled, mask), mask, x.columns(), flagged));
  }

  private Matrix narrowed(Matrix wide) {
    return ((Frame.Dense) new Frame.Dense(wide).select(kept)).matrix();
  }

  private boolean predicted(int column) {
    return !empty[kept[column]];
  }

  private void impute(Step step, Matrix filled, boolean[] mask, int width) {
    int[] rows =
        IntStream.range(0, filled.rows())
            .filter(row -> mask[row * width + kept[step.column()]])
            .toArray();
    if (rows.length == 0) {
      return;
    }
    var known = Matrix.zeros(rows.length, step.from().length);
    for (int i = 0; i < rows.length; i++) {
      for (int j = 0; j < step.from().length; j++) {
        known.values()[i * known.columns() + j] = filled.at(rows[i], step.from()[j]);
      }
    }
    var guesses = step.estimator().predict(new Frame.Dense(known)).asDoubles();
    for (int i = 0; i < rows.length; i++) {
      filled.values()[rows[i] * filled.columns() + step.column()] =
          Math.min(Math.max(guesses[i], least[step.column()]), most[step.column()]);
    }
  }

  /// What was given stays as it was.
  private Matrix restored(Matrix x, Matrix filled, boolean[] mask) {
    for (int row = 0; row < x.rows(); row++) {
      for (int i = 0; i < kept.length; i++) {
        if (!mask[row * x.columns() + kept[i]] && predicted(i)) {
          filled.values()[row * filled.columns() + i] = x.at(row, kept[i]);
        }
      }
    }
    return filled;
  }
}
