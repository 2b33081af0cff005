package dev.slipway.engines.sklearn.trees;

import dev.slipway.engines.sklearn.Matrix;

/// Link functions between raw scores and probabilities.
public final class Links {
  private Links() {}

  /// `1 / (1 + exp(-x))`.
  public static double expit(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  /// `log(p / (1 - p))`.
  public static double logit(double p) {
    return Math.log(p / (1 - p));
  }

  /// @param scores `[rows, 1]`
  /// @return `[rows, 2]`: the probability of the second class is `expit(slope * score)`
  static Matrix logistic(Matrix scores, double slope) {
    var both = Matrix.zeros(scores.rows(), 2);
    for (int row = 0; row < scores.rows(); row++) {
      double second = expit(slope * scores.values()[row]);
      both.values()[2 * row] = 1 - second;
      both.values()[2 * row + 1] = second;
    }
    return both;
  }

  /// Softmax of each row, shifted by its maximum.
  public static Matrix softmax(Matrix scores) {
    int width = scores.columns();
    var shares = Matrix.zeros(scores.rows(), width);
    for (int row = 0; row < scores.rows(); row++) {
      softmax(scores.values(), shares.values(), row * width, width);
    }
    return shares;
  }

  private static void softmax(double[] scores, double[] shares, int from, int width) {
    double greatest = Double.NEGATIVE_INFINITY;
    for (int i = from; i < from + width; i++) {
      greatest = Math.max(greatest, scores[i]);
    }
    double total = 0;
    for (int i = from; i < from + width; i++) {
      shares[i] = Math.exp(scores[i] - greatest);
      total += shares[i];
    }
    for (int i = from; i < from + width; i++) {
      shares[i] /= total;
    }
  }
}
