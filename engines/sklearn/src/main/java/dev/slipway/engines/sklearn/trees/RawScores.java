package dev.slipway.engines.sklearn.trees;

import dev.slipway.engines.sklearn.Frame;
import dev.slipway.engines.sklearn.Matrix;

/// What boosting adds up, before any link function.
@FunctionalInterface
interface RawScores {
  /// @return `[rows, 1]`, or `[rows, classes]` for more than two classes
  Matrix of(Frame x);
}
