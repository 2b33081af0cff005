package dev.slipway.engines.sklearn.bayes;

import dev.slipway.engines.sklearn.Estimators;

/// Naive Bayes and discriminant analysis.
public final class BayesEstimators {
  private BayesEstimators() {}

  /// Adds the readers of these classes.
  public static void register(Estimators estimators) {}
}
