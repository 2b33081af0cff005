package dev.slipway.engines.sklearn.svm;

/// Class probabilities out of those of pairs.
///
/// Implementation note. The second approach of Wu, Lin and Weng (JMLR 5, 2004, section 4.2), with
/// the starting point, order of updates and stopping rule of libsvm, so that the answers agree: it
/// stops early, and another order would stop elsewhere. libsvm does so for two classes as well.
final class PairCoupling {
  private static final int LEAST_ROUNDS = 100;
  private static final double PRECISION = 0.005;

  private final int classes;
  private final double[][] q;
  private final double[] p;
  private final double[] qp;

  /// @param pairs `pairs[i][j]`: the probability of class `i` against class `j`
  PairCoupling(double[][] pairs) {
    this.classes = pairs.length;
    this.q = new double[classes][classes];
    this.p = new double[classes];
    this.qp = new double[classes];
    for (int t = 0; t < classes; t++) {
      p[t] = 1.0 / classes;
      for (int j = 0; j < classes; j++) {
        if (j != t) {
          q[t][t] += pairs[j][t] * pairs[j][t];
          q[t][j] = -pairs[j][t] * pairs[t][j];
        }
      }
    }
  }

  double[] probabilities() {
    int rounds = Math.max(LEAST_ROUNDS, classes);
    for (int round = 0; round < rounds; round++) {
      double expected = multiply();
      if (largestError(expected) < PRECISION / classes) {
        break;
      }
      improve(expected);
    }
    return p;
  }

  /// Sets `qp` to `Q p`.
  ///
  /// @return `pᵀ Q p`
  private double multiply() {
    double total = 0;
    for (int t = 0; t < classes; t++) {
      qp[t] = 0;
      for (int j = 0; j < classes; j++) {
        qp[t] += q[t][j] * p[j];
      }
      total += p[t] * qp[t];
    }
    return total;
  }

  private double largestError(double expected) {
    double largest = 0;
    for (double value : qp) {
      largest = Math.max(largest, Math.abs(value - expected));
    }
    return largest;
  }

  private void improve(double expected) {
    double total = expected;
    for (int t = 0; t < classes; t++) {
      double step = (-qp[t] + total) / q[t][t];
      p[t] += step;
      total = (total + step * (step * q[t][t] + 2 * qp[t])) / (1 + step) / (1 + step);
      for (int j = 0; j < classes; j++) {
        qp[j] = (qp[j] + step * q[t][j]) / (1 + step);
        p[j] /= 1 + step;
      }
    }
  }
}
