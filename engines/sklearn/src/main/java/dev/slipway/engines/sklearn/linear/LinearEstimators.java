package dev.slipway.engines.sklearn.linear;

import dev.slipway.engines.sklearn.Estimators;

/// Linear models.
public final class LinearEstimators {
  private LinearEstimators() {}

  /// Adds the readers of these classes.
  public static void register(Estimators estimators) {}
}
