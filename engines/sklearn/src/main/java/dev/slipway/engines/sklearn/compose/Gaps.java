package dev.slipway.engines.sklearn.compose;

import dev.slipway.engines.sklearn.Estimator;
import dev.slipway.engines.sklearn.Frame;
import dev.slipway.inference.engine.InvalidInputException;

/// Missing values between the parts of a composed estimator. A request is judged by what its first
/// part takes; each further one is asked here.
final class Gaps {
  private Gaps() {}

  /// The frame itself.
  ///
  /// @throws InvalidInputException if it holds NaN and the estimator does not take that
  static Frame checked(Estimator estimator, Frame x) {
    if (estimator.takesMissing()) {
      return x;
    }
    switch (x) {
      case Frame.Dense dense -> check(dense.matrix().values());
      case Frame.Sparse sparse -> check(sparse.values());
      case Frame.Table table -> {
        for (var column : table.data()) {
          if (column instanceof double[] values) {
            check(values);
          }
        }
      }
    }
    return x;
  }

  private static void check(double... values) {
    for (double value : values) {
      if (Double.isNaN(value)) {
        throw new InvalidInputException(
            "Input X contains NaN, which a later step of the model does not accept; impute missing"
                + " values, or send none");
      }
    }
  }
}
