package dev.slipway.engines.sklearn.neighbors;

import dev.slipway.engines.sklearn.Estimators;

/// Nearest neighbours.
public final class NeighborEstimators {
  private NeighborEstimators() {}

  /// Adds the readers of these classes.
  public static void register(Estimators estimators) {}
}
