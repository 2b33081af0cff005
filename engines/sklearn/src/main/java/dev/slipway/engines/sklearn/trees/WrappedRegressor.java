package dev.slipway.engines.sklearn.trees;

import dev.slipway.engines.sklearn.Estimator;
import dev.slipway.engines.sklearn.Frame;
import dev.slipway.inference.tensor.Tensor;
import java.util.List;

/// A predictor around a booster, with whatever numbers that answers with.
///
/// @param predictions `[rows, outputs]`
record WrappedRegressor(Inputs inputs, RawScores predictions) implements Estimator.Predictor {
  @Override
  public int features() {
    return inputs.features();
  }

  @Override
  public List<String> featureNames() {
    return inputs.names();
  }

  @Override
  public boolean takesMissing() {
    return true;
  }

  @Override
  public Tensor predict(Frame x) {
    var values = predictions.of(x);
    return Columns.values(values.values(), values.rows(), values.columns());
  }
}
