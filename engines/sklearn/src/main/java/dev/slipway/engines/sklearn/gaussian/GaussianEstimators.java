package dev.slipway.engines.sklearn.gaussian;

import dev.slipway.engines.sklearn.Estimator;
import dev.slipway.engines.sklearn.Estimators;
import dev.slipway.engines.sklearn.Fields;
import dev.slipway.engines.sklearn.Matrix;
import dev.slipway.engines.sklearn.Regression;
import dev.slipway.engines.sklearn.Vectors;
import dev.slipway.engines.sklearn.pickle.PyObject;

/// `GaussianProcessRegressor` and `GaussianProcessClassifier` (Rasmussen and Williams 2006,
/// algorithms 2.1 and 3.2).
public final class GaussianEstimators {
  private GaussianEstimators() {}

  /// Adds the readers of these classes.
  public static void register(Estimators estimators) {
    estimators.add("sklearn.GaussianProcessRegressor", (object, _) -> regressor(object));
    estimators.add(
        "sklearn.GaussianProcessClassifier",
        (object, readers) -> readers.read(object.value("base_estimator_")));
    estimators.add(
        "sklearn._BinaryGaussianProcessClassifierLaplace",
        (object, _) -> new GaussianClassifier(object));
  }

  private static Estimator regressor(PyObject object) {
    var train = Fields.matrix(object, "X_train_");
    var kernel = Covariance.of(object.object("kernel_"));
    var alpha = Fields.matrix(object, "alpha_");
    var weights = Fields.dimensions(object, "alpha_") == 1 ? alpha : alpha.transposed();
    var means = Fields.vector(object, "_y_train_mean");
    var scales = Fields.vector(object, "_y_train_std");
    return new Regression(
        object,
        train.columns(),
        weights.rows() == 1,
        x ->
            rescaled(
                Vectors.timesTransposed(kernel.between(x.matrix(), train), weights),
                scales,
                means));
  }

  private static Matrix rescaled(Matrix values, double[] scales, double... shifts) {
    for (int i = 0; i < values.values().length; i++) {
      int output = i % values.columns();
      double scale = scales[scales.length == 1 ? 0 : output];
      values.values()[i] = scale * values.values()[i] + shifts[shifts.length == 1 ? 0 : output];
    }
    return values;
  }
}
