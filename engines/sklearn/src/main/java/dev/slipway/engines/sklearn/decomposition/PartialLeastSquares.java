package dev.slipway.engines.sklearn.decomposition;

import dev.slipway.engines.sklearn.Estimator;
import dev.slipway.engines.sklearn.Fields;
import dev.slipway.engines.sklearn.Fitted;
import dev.slipway.engines.sklearn.Frame;
import dev.slipway.engines.sklearn.Mapping;
import dev.slipway.engines.sklearn.Matrix;
import dev.slipway.engines.sklearn.Vectors;
import dev.slipway.engines.sklearn.linear.LinearMap;
import dev.slipway.engines.sklearn.pickle.PyObject;
import dev.slipway.inference.tensor.Tensor;

/// `PLSRegression`, `PLSCanonical` and `CCA`.
final class PartialLeastSquares extends Fitted
    implements Estimator.Predictor, Estimator.Transformer {
  private final LinearMap values;
  private final LinearMap projection;
  private final boolean flat;

  PartialLeastSquares(PyObject object) {
    super(object, object.doubles("_x_mean").length);
    this.projection = scaled(object, Fields.matrix(object, "x_rotations_").transposed());
    this.flat = object.truth("_predict_1d", false);
    this.values = values(object);
  }

  /// Since 1.3 `coef_` is `[targets, features]`, before it was the other way around; before 1.1
  /// there is no `intercept_` and the coefficients are for scaled features.
  private static LinearMap values(PyObject object) {
    var mean = object.doubles("_x_mean");
    var found = Fields.matrix(object, "coef_");
    var means = object.doubles("_y_mean");
    boolean turned = found.columns() == mean.length && found.rows() == means.length;
    var coefficients = turned && !older(object) ? found : found.transposed();
    if (!object.has("intercept_")) {
      coefficients = divided(coefficients, object.doubles("_x_std"));
    }
    var offsets = Fields.vector(object, object.has("intercept_") ? "intercept_" : "_y_mean");
    return shifted(coefficients, mean, offsets);
  }

  private static boolean older(PyObject object) {
    var version = object.text("_sklearn_version", "1.3");
    return version.startsWith("0.") || version.matches("1\\.[012](\\..*)?");
  }

  private static LinearMap scaled(PyObject object, Matrix rows) {
    var mean = object.doubles("_x_mean");
    return shifted(divided(rows, object.doubles("_x_std")), mean, 0);
  }

  private static Matrix divided(Matrix rows, double... scales) {
    var target = Matrix.zeros(rows.rows(), rows.columns());
    for (int i = 0; i < target.values().length; i++) {
      target.values()[i] = rows.values()[i] / scales[i % rows.columns()];
    }
    return target;
  }

  /// `(x - mean) rowsᵀ + offsets`.
  private static LinearMap shifted(Matrix rows, double[] mean, double... offsets) {
    var moved = new double[rows.rows()];
    for (int i = 0; i < moved.length; i++) {
      moved[i] =
          offsets[offsets.length == 1 ? 0 : i]
              - Vectors.dot(rows.values(), i * rows.columns(), mean, 0, rows.columns());
    }
    return new LinearMap(rows, moved);
  }

  /// `PLSSVD`, which only projects.
  static Estimator svd(PyObject object) {
    var map = scaled(object, Fields.matrix(object, "x_weights_").transposed());
    return new Mapping(object, map.inputs(), map::of);
  }

  @Override
  public Tensor predict(Frame x) {
    var found = values.of(x);
    var shape = flat ? new long[] {found.rows()} : new long[] {found.rows(), found.columns()};
    return Tensor.ofDoubles("", shape, found.values());
  }

  @Override
  public Frame transform(Frame x) {
    return new Frame.Dense(projection.of(x));
  }
}
