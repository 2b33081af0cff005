package dev.slipway.engines.sklearn.compose;

import dev.slipway.engines.sklearn.Estimators;

/// Pipelines, column transformers and unions.
public final class ComposeEstimators {
  private ComposeEstimators() {}

  /// Adds the readers of these classes.
  public static void register(Estimators estimators) {}
}
