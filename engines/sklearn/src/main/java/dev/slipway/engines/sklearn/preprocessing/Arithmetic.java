package dev.slipway.engines.sklearn.preprocessing;

import dev.slipway.engines.sklearn.Frame;
import dev.slipway.engines.sklearn.Matrix;

/// What a fitted transformer computes, once its input has been checked. Pure.
@FunctionalInterface
public interface Arithmetic {
  /// @param x not to be written to
  Frame dense(Matrix x);

  /// The same for sparse rows; by default they are made dense.
  default Frame sparse(Frame.Sparse x) {
    return dense(x.matrix());
  }
}
