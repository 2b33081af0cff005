package dev.slipway.engines.sklearn.meta;

import dev.slipway.engines.sklearn.Estimator;
import dev.slipway.engines.sklearn.Estimators;
import dev.slipway.engines.sklearn.Frame;
import dev.slipway.engines.sklearn.Labels;
import dev.slipway.engines.sklearn.Matrix;
import dev.slipway.engines.sklearn.UnsupportedEstimatorException;
import dev.slipway.engines.sklearn.pickle.PyObject;
import dev.slipway.engines.sklearn.trees.Links;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

/// `_CalibratedClassifier`: a classifier, and what turns its scores into probabilities.
///
/// @param positions of the classifier's classes among those of the whole
/// @param calibrators one for each column of scores (sigmoid, isotonic); empty for temperature
/// @param inverseTemperature what scores are multiplied with before the softmax
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
record CalibratedMember(
    Estimator classifier,
    int[] positions,
    int count,
    List<DoubleUnaryOperator> calibrators,
    double inverseTemperature) {
  private static final double JUST_ABOVE_ONE = 1 + 1e-5;
  private static final double LOGARITHM_SHIFT = 1e-12;
  private static final double SUM_TOLERANCE = 1e-5 + 1e-8;

  static CalibratedMember of(PyObject object, Labels classes, Estimators readers) {
    var attribute = Members.either(object, "estimator", "base_estimator");
    var inner = Members.one(object, attribute, readers, Estimator.Classes.class);
    if (!(inner instanceof Estimator.Decisions)) {
      Members.able(object, attribute, inner, Estimator.Probabilities.class);
    }
    int[] positions = new LabelIndex(classes).of(inner.classes());
    var calibrators = object.list(Members.either(object, "calibrators", "calibrators_"));
    if (object.text("method", "sigmoid").equals("temperature")) {
      double beta = part(object, calibrators.getFirst()).number("beta_");
      return new CalibratedMember(inner, positions, classes.count(), List.of(), beta);
    }
    var functions = calibrators.stream().map(each -> function(part(object, each))).toList();
    int expected = classes.count() == 2 ? 1 : positions.length;
    if (functions.size() < expected) {
      throw new UnsupportedEstimatorException(
          object.type() + ": " + functions.size() + " calibrators for " + expected + " classes");
    }
    return new CalibratedMember(inner, positions, classes.count(), functions, 1);
  }

  private static PyObject part(PyObject object, @org.jspecify.annotations.Nullable Object value) {
    if (value instanceof PyObject part) {
      return part;
    }
    throw new UnsupportedEstimatorException(object.type() + ": calibrators holds " + value);
  }

  private static DoubleUnaryOperator function(PyObject calibrator) {
    return switch (calibrator.name()) {
      case "IsotonicRegression" -> new Isotonic(calibrator)::at;
      case "_SigmoidCalibration" -> {
        double slope = calibrator.number("a_");
        double shift = calibrator.number("b_");
        yield score -> Links.expit(-(slope * score + shift));
      }
      default ->
          throw new UnsupportedEstimatorException(
              calibrator.type()
                  + " is no calibrator that is evaluated here (expected one of:"
                  + " IsotonicRegression, _SigmoidCalibration, _TemperatureScaling)");
    };
  }

  /// `[rows, count]`.
  Matrix shares(Frame x) {
    var shares = calibrators.isEmpty() ? tempered(x) : calibrated(scores(x));
    var values = shares.values();
    for (int i = 0; i < values.length; i++) {
      if (values[i] > 1 && values[i] <= JUST_ABOVE_ONE) {
        values[i] = 1;
      }
    }
    return shares;
  }

  /// One column for two classes: the decision, or the probability of the second.
  private Matrix scores(Frame x) {
    if (classifier instanceof Estimator.Decisions deciding) {
      return deciding.decisionFunction(x);
    }
    var shares = ((Estimator.Probabilities) classifier).predictProba(x);
    return shares.columns() == 2 ? new Matrix(Margins.column(shares, 1), shares.rows(), 1) : shares;
  }

  private Matrix calibrated(Matrix scores) {
    var shares = Matrix.zeros(scores.rows(), count);
    var values = shares.values();
    for (int row = 0; row < scores.rows(); row++) {
      if (count == 2) {
        values[2 * row + 1] = calibrators.getFirst().applyAsDouble(scores.at(row, 0));
        values[2 * row] = 1 - values[2 * row + 1];
      } else {
        for (int i = 0; i < scores.columns(); i++) {
          values[row * count + positions[i]] = calibrators.get(i).applyAsDouble(scores.at(row, i));
        }
        normalise(values, row * count);
      }
    }
    return shares;
  }

  private void normalise(double[] values, int from) {
    double total = 0;
    for (int i = from; i < from + count; i++) {
      total += values[i];
    }
    for (int i = from; i < from + count; i++) {
      values[i] = total == 0 ? 1.0 / count : values[i] / total;
    }
  }

  private Matrix tempered(Frame x) {
    var logits = logits(x);
    var scaled = Arrays.stream(logits.values()).map(value -> inverseTemperature * value).toArray();
    return Links.softmax(new Matrix(scaled, logits.rows(), logits.columns()));
  }

  /// Decisions as they are (one column: its negative before it); the logarithms of probabilities.
  private Matrix logits(Frame x) {
    var scores =
        classifier instanceof Estimator.Decisions deciding
            ? deciding.decisionFunction(x)
            : ((Estimator.Probabilities) classifier).predictProba(x);
    if (scores.columns() > 1) {
      return areShares(scores) ? logarithms(scores) : scores;
    }
    var both = Matrix.zeros(scores.rows(), 2);
    for (int row = 0; row < scores.rows(); row++) {
      both.values()[2 * row] = -scores.at(row, 0);
      both.values()[2 * row + 1] = scores.at(row, 0);
    }
    return both;
  }

  private static boolean areShares(Matrix scores) {
    for (int row = 0; row < scores.rows(); row++) {
      double total = 0;
      for (int i = 0; i < scores.columns(); i++) {
        double value = scores.at(row, i);
        if (!(value >= 0 && value <= 1)) {
          return false;
        }
        total += value;
      }
      if (Math.abs(total - 1) > SUM_TOLERANCE) {
        return false;
      }
    }
    return true;
  }

  private static Matrix logarithms(Matrix shares) {
    var logarithms =
        Arrays.stream(shares.values()).map(value -> Math.log(value + LOGARITHM_SHIFT)).toArray();
    return new Matrix(logarithms, shares.rows(), shares.columns());
  }
}
