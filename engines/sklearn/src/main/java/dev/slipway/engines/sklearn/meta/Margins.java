package dev.slipway.engines.sklearn.meta;

import dev.slipway.engines.sklearn.Estimator;
import dev.slipway.engines.sklearn.Frame;
import dev.slipway.engines.sklearn.Matrix;
import dev.slipway.engines.sklearn.pickle.PyObject;

/// One number a row from an estimator that tells two classes apart.
final class Margins {
  private static final double HALF = 0.5;

  private Margins() {}

  /// Refuses an estimator that gives no such number.
  static Estimator judged(PyObject object, Estimator member) {
    if (!(member instanceof Estimator.Decisions || member instanceof Estimator.Probabilities)) {
      Members.able(object, "estimators_", member, Estimator.Predictor.class);
    }
    return member;
  }

  /// The decision; else the probability of the second class; what a regressor predicts.
  static double[] of(Estimator member, Frame x) {
    if (member instanceof Estimator.Decisions deciding) {
      return deciding.decisionFunction(x).values();
    }
    if (member instanceof Estimator.Probabilities likely) {
      return column(likely.predictProba(x), 1);
    }
    return ((Estimator.Predictor) member).predict(x).asDoubles();
  }

  /// From where on the second class is meant.
  static double threshold(Estimator member) {
    return member instanceof Estimator.Decisions ? 0 : HALF;
  }

  static double[] column(Matrix matrix, int index) {
    var column = new double[matrix.rows()];
    for (int row = 0; row < column.length; row++) {
      column[row] = matrix.at(row, index);
    }
    return column;
  }

  /// Puts a column into a matrix.
  static void put(double[] column, Matrix matrix, int index) {
    for (int row = 0; row < column.length; row++) {
      matrix.values()[row * matrix.columns() + index] = column[row];
    }
  }
}
