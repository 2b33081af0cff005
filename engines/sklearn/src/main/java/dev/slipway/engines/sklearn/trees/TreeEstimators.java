package dev.slipway.engines.sklearn.trees;

import dev.slipway.engines.sklearn.Estimators;

/// Decision trees and the ensembles made of them.
public final class TreeEstimators {
  private TreeEstimators() {}

  /// Adds the readers of these classes.
  public static void register(Estimators estimators) {}
}
