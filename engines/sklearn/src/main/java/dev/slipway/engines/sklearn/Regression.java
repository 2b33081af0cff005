package dev.slipway.engines.sklearn;

import dev.slipway.engines.sklearn.pickle.PyObject;
import dev.slipway.inference.tensor.Tensor;

/// A regressor: one value a row, or several.
public final class Regression extends Fitted implements Estimator.Predictor {
  private final boolean flat;
  private final RowScores values;

  /// @param flat whether the answer has one dimension; there must be one value a row then
  public Regression(PyObject object, int features, boolean flat, RowScores values) {
    super(object, features);
    this.flat = flat;
    this.values = values;
  }

  @Override
  public Tensor predict(Frame x) {
    var found = values.of(x);
    var shape = flat ? new long[] {found.rows()} : new long[] {found.rows(), found.columns()};
    return Tensor.ofDoubles("", shape, found.values());
  }
}
