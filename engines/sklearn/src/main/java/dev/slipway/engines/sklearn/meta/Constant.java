package dev.slipway.engines.sklearn.meta;

import dev.slipway.engines.sklearn.Estimator;
import dev.slipway.engines.sklearn.Estimators;
import dev.slipway.engines.sklearn.Frame;
import dev.slipway.engines.sklearn.Matrix;
import dev.slipway.engines.sklearn.pickle.PyObject;
import dev.slipway.engines.sklearn.trees.Columns;
import dev.slipway.engines.sklearn.trees.Inputs;
import dev.slipway.inference.tensor.Tensor;
import java.util.Arrays;

/// What one-vs-rest puts in place of a class that all rows or none had.
///
/// @param value 0 or 1
record Constant(Inputs inputs, double value)
    implements Estimator.Predictor, Estimator.Probabilities, Estimator.Decisions {

  static Estimator read(PyObject object, Estimators readers) {
    return new Constant(Inputs.of(object), object.number("y_"));
  }

  @Override
  public int features() {
    return inputs.features();
  }

  @Override
  public boolean takesMissing() {
    return true;
  }

  @Override
  public Tensor predict(Frame x) {
    return Columns.values(decisionFunction(x).values(), x.rows(), 1);
  }

  @Override
  public Matrix decisionFunction(Frame x) {
    var values = Matrix.zeros(x.rows(), 1);
    Arrays.fill(values.values(), value);
    return values;
  }

  @Override
  public Matrix predictProba(Frame x) {
    var shares = Matrix.zeros(x.rows(), 2);
    for (int row = 0; row < x.rows(); row++) {
      shares.values()[2 * row] = 1 - value;
      shares.values()[2 * row + 1] = value;
    }
    return shares;
  }
}
