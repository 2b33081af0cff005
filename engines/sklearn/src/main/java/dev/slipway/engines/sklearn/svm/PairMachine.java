package dev.slipway.engines.sklearn.svm;

import dev.slipway.engines.sklearn.Matrix;
import dev.slipway.engines.sklearn.UnsupportedEstimatorException;
import dev.slipway.engines.sklearn.pickle.PyObject;

/// The machines of a libsvm classifier, one for each pair of classes.
final class PairMachine {
  private static final double LEAST_PROBABILITY = 1e-7;

  private final SupportVectors vectors;
  private final Matrix coefficients;
  private final double[] offsets;
  private final int[] starts;
  private final int classes;

  PairMachine(PyObject object, int classes) {
    this.vectors = new SupportVectors(object);
    this.coefficients = dev.slipway.engines.sklearn.Fields.matrix(object, "_dual_coef_");
    this.offsets = object.doubles("_intercept_");
    this.classes = classes;
    var counts = object.array(object.has("_n_support") ? "_n_support" : "n_support_").integers();
    this.starts = new int[classes + 1];
    if (counts.length < classes || offsets.length != pairs()) {
      throw new UnsupportedEstimatorException(object + " has too few support vectors' counts");
    }
    for (int i = 0; i < classes; i++) {
      starts[i + 1] = starts[i] + counts[i];
    }
    if (starts[classes] != coefficients.columns() || coefficients.columns() != vectors.count()) {
      throw new UnsupportedEstimatorException(object + " has other counts than support vectors");
    }
  }

  private int pairs() {
    return classes * (classes - 1) / 2;
  }

  int features() {
    return vectors.features();
  }

  /// @return `[rows, pairs]`; above 0 speaks for the first class of a pair
  Matrix decisions(Matrix x) {
    var target = Matrix.zeros(x.rows(), pairs());
    var values = new double[vectors.count()];
    for (int row = 0; row < x.rows(); row++) {
      vectors.values(x, row, values);
      int pair = row * pairs();
      for (int i = 0; i < classes; i++) {
        for (int j = i + 1; j < classes; j++) {
          target.values()[pair] = sum(values, i, j) + offsets[pair - row * pairs()];
          pair++;
        }
      }
    }
    return target;
  }

  private double sum(double[] values, int i, int j) {
    double sum = 0;
    for (int at = starts[i]; at < starts[i + 1]; at++) {
      sum += coefficients.at(j - 1, at) * values[at];
    }
    for (int at = starts[j]; at < starts[j + 1]; at++) {
      sum += coefficients.at(i, at) * values[at];
    }
    return sum;
  }

  /// The class that most pairs vote for, the first of them.
  int winner(Matrix decisions, int row) {
    var votes = new int[classes];
    int pair = row * pairs();
    for (int i = 0; i < classes; i++) {
      for (int j = i + 1; j < classes; j++) {
        votes[decisions.values()[pair++] > 0 ? i : j]++;
      }
    }
    int best = 0;
    for (int i = 1; i < classes; i++) {
      best = votes[i] > votes[best] ? i : best;
    }
    return best;
  }

  /// Votes of pairs, and their confidence as a fraction that orders equal votes
  /// (`sklearn.utils.multiclass._ovr_decision_function`).
  Matrix votes(Matrix decisions) {
    var target = Matrix.zeros(decisions.rows(), classes);
    var confidences = new double[classes];
    for (int row = 0; row < decisions.rows(); row++) {
      java.util.Arrays.fill(confidences, 0);
      int pair = row * pairs();
      int at = row * classes;
      for (int i = 0; i < classes; i++) {
        for (int j = i + 1; j < classes; j++) {
          double decision = decisions.values()[pair++];
          confidences[i] += decision;
          confidences[j] -= decision;
          target.values()[at + (decision < 0 ? j : i)]++;
        }
      }
      for (int i = 0; i < classes; i++) {
        target.values()[at + i] += confidences[i] / (3 * (Math.abs(confidences[i]) + 1));
      }
    }
    return target;
  }

  /// Platt's sigmoid for each pair, then their coupling.
  Matrix probabilities(Matrix decisions, double[] slopes, double[] shifts) {
    var target = Matrix.zeros(decisions.rows(), classes);
    var pairs = new double[classes][classes];
    for (int row = 0; row < decisions.rows(); row++) {
      int pair = 0;
      for (int i = 0; i < classes; i++) {
        for (int j = i + 1; j < classes; j++) {
          double decision = decisions.at(row, pair);
          double p = sigmoid(decision * slopes[pair] + shifts[pair]);
          pairs[i][j] = Math.clamp(p, LEAST_PROBABILITY, 1 - LEAST_PROBABILITY);
          pairs[j][i] = 1 - pairs[i][j];
          pair++;
        }
      }
      var coupled = new PairCoupling(pairs).probabilities();
      System.arraycopy(coupled, 0, target.values(), row * classes, classes);
    }
    return target;
  }

  private static double sigmoid(double x) {
    return x >= 0 ? Math.exp(-x) / (1 + Math.exp(-x)) : 1 / (1 + Math.exp(x));
  }
}
