package dev.slipway.engines.sklearn;

import dev.slipway.engines.sklearn.pickle.PyObject;

/// Builds a fitted estimator from its attributes.
@FunctionalInterface
public interface EstimatorReader {
  /// @param object the estimator as the pickle has it
  /// @param readers reads estimators inside it
  /// @throws UnsupportedEstimatorException if it uses something that is not evaluated here
  Estimator read(PyObject object, Estimators readers);
}
