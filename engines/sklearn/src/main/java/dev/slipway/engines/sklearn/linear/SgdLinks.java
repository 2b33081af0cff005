package dev.slipway.engines.sklearn.linear;

import dev.slipway.engines.sklearn.Likelihoods;
import dev.slipway.engines.sklearn.Matrix;

/// Probabilities of linear classifiers whose link is neither logistic nor softmax.
final class SgdLinks {
  private SgdLinks() {}

  /// The score cut to -1 and 1, moved to 0 and 1 (Zhang and Oles 2001, appendix B).
  static Matrix modifiedHuber(Matrix scores) {
    boolean binary = scores.columns() == 1;
    var target = Matrix.zeros(scores.rows(), binary ? 2 : scores.columns());
    for (int i = 0; i < scores.values().length; i++) {
      double p = (Math.clamp(scores.values()[i], -1.0, 1.0) + 1) / 2;
      if (binary) {
        target.values()[2 * i] = 1 - p;
        target.values()[2 * i + 1] = p;
      } else {
        target.values()[i] = p;
      }
    }
    return binary ? target : Likelihoods.normalised(target);
  }

  /// The softmax of `-x` and `x`.
  static Matrix twoSided(Matrix scores) {
    var both = Matrix.zeros(scores.rows(), 2);
    for (int row = 0; row < scores.rows(); row++) {
      both.values()[2 * row] = -scores.values()[row];
      both.values()[2 * row + 1] = scores.values()[row];
    }
    return Likelihoods.softmax(both);
  }
}
