package dev.slipway.engines.sklearn.decomposition;

import dev.slipway.engines.sklearn.Estimator;
import dev.slipway.engines.sklearn.Fields;
import dev.slipway.engines.sklearn.Fitted;
import dev.slipway.engines.sklearn.Frame;
import dev.slipway.engines.sklearn.Matrix;
import dev.slipway.engines.sklearn.linear.LinearMap;
import dev.slipway.engines.sklearn.pickle.PyObject;

/// Principal components, and the way back.
final class Inverses extends Fitted implements Estimator.Inverse {
  private final LinearMap forward;
  private final LinearMap back;

  Inverses(PyObject object, LinearMap forward, PyObject fitted) {
    super(object, forward.inputs());
    this.forward = forward;
    this.back = back(fitted);
  }

  private static LinearMap back(PyObject object) {
    var components = Fields.matrix(object, "components_");
    var rows = Matrix.zeros(components.rows(), components.columns());
    boolean whitened = object.truth("whiten", false);
    var variances = whitened ? object.doubles("explained_variance_") : new double[0];
    for (int i = 0; i < rows.values().length; i++) {
      double scale = whitened ? Math.sqrt(variances[i / rows.columns()]) : 1;
      rows.values()[i] = components.values()[i] * scale;
    }
    var mean = object.has("mean_") ? object.doubles("mean_") : new double[] {0};
    return new LinearMap(rows.transposed(), mean);
  }

  @Override
  public Frame transform(Frame x) {
    return new Frame.Dense(forward.of(x));
  }

  @Override
  public Matrix inverseTransform(Matrix x) {
    return back.of(x);
  }
}
