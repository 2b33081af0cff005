package dev.slipway.engines.sklearn.neural;

import dev.slipway.engines.sklearn.Estimators;

/// Multi-layer perceptrons and Boltzmann machines.
public final class NeuralEstimators {
  private NeuralEstimators() {}

  /// Adds the readers of these classes.
  public static void register(Estimators estimators) {}
}
