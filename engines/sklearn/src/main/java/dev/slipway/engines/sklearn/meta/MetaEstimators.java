package dev.slipway.engines.sklearn.meta;

import dev.slipway.engines.sklearn.Estimators;

/// Estimators made of other estimators.
public final class MetaEstimators {
  private MetaEstimators() {}

  /// Adds the readers of these classes.
  public static void register(Estimators estimators) {}
}
