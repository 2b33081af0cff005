package dev.slipway.engines.sklearn.text;

import dev.slipway.engines.sklearn.Estimators;

/// Vectorisers of text.
public final class TextEstimators {
  private TextEstimators() {}

  /// Adds the readers of these classes.
  public static void register(Estimators estimators) {}
}
