package dev.slipway.engines.sklearn.preprocessing;

import dev.slipway.engines.sklearn.Estimators;

/// Scalers, encoders, imputers and selectors of features.
public final class PreprocessingEstimators {
  private PreprocessingEstimators() {}

  /// Adds the readers of these classes.
  public static void register(Estimators estimators) {}
}
