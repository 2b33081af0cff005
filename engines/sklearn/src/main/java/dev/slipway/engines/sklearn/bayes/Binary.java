package dev.slipway.engines.sklearn.bayes;

import dev.slipway.engines.sklearn.Frame;
import dev.slipway.engines.sklearn.Matrix;

/// 1 for values above a threshold, 0 for others.
final class Binary {
  private Binary() {}

  static Frame of(Frame x, double threshold) {
    if (x instanceof Frame.Sparse sparse && threshold >= 0) {
      return new Frame.Sparse(
          sparse.rows(),
          sparse.columns(),
          sparse.starts(),
          sparse.indexes(),
          of(sparse.values(), threshold));
    }
    var dense = x.matrix();
    return new Frame.Dense(new Matrix(of(dense.values(), threshold), x.rows(), x.columns()));
  }

  private static double[] of(double[] values, double threshold) {
    var bits = new double[values.length];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = values[i] > threshold ? 1 : 0;
    }
    return bits;
  }
}
