package dev.slipway.engines.sklearn.cluster;

import dev.slipway.engines.sklearn.Estimators;

/// Clusterings and mixtures.
public final class ClusterEstimators {
  private ClusterEstimators() {}

  /// Adds the readers of these classes.
  public static void register(Estimators estimators) {}
}
