package dev.slipway.engines.sklearn.trees;

import dev.slipway.engines.sklearn.Estimator;
import dev.slipway.engines.sklearn.Frame;
import dev.slipway.inference.tensor.Tensor;
import java.util.List;

/// A regressor that boosts.
///
/// @param exponential whether predictions are the exponentials of raw scores (Poisson, gamma)
record BoostedRegressor(Inputs inputs, RawScores raw, boolean exponential)
    implements Estimator.Predictor {
  /// Its trees know where missing values go, or refuse them by themselves.
  @Override
  public boolean takesMissing() {
    return true;
  }

  @Override
  public int features() {
    return inputs.features();
  }

  @Override
  public List<String> featureNames() {
    return inputs.names();
  }

  @Override
  public Tensor predict(Frame x) {
    var values = raw.of(x).values();
    for (int row = 0; row < values.length && exponential; row++) {
      values[row] = Math.exp(values[row]);
    }
    return Columns.values(values, values.length, 1);
  }
}
