package dev.slipway.engines.sklearn.decomposition;

import dev.slipway.engines.sklearn.Estimators;

/// Decompositions of a matrix.
public final class DecompositionEstimators {
  private DecompositionEstimators() {}

  /// Adds the readers of these classes.
  public static void register(Estimators estimators) {}
}
