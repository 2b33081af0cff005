package dev.slipway.engines.sklearn.trees;

import dev.slipway.engines.sklearn.Estimator;
import dev.slipway.engines.sklearn.Frame;
import dev.slipway.engines.sklearn.Matrix;
import dev.slipway.inference.tensor.Tensor;
import java.util.List;

/// A classifier around a booster that says of each of several labels whether a row has it.
///
/// @param predictions `[rows, labels]`, probabilities
record ManyLabels(Inputs inputs, RawScores predictions)
    implements Estimator.Predictor, Estimator.Probabilities {
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

  /// 1 where the probability is above a half, otherwise 0.
  @Override
  public Tensor predict(Frame x) {
    var shares = predictions.of(x);
    var chosen = new double[shares.values().length];
    for (int i = 0; i < chosen.length; i++) {
      chosen[i] = shares.values()[i] > 0.5 ? 1 : 0;
    }
    return Columns.values(chosen, shares.rows(), shares.columns());
  }

  @Override
  public Matrix predictProba(Frame x) {
    return predictions.of(x);
  }
}
