package dev.slipway.engines.sklearn.svm;

import dev.slipway.engines.sklearn.Estimators;

/// Support vector machines.
public final class SvmEstimators {
  private SvmEstimators() {}

  /// Adds the readers of these classes.
  public static void register(Estimators estimators) {}
}
