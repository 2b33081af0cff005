package dev.slipway.engines.sklearn.trees;

import dev.slipway.engines.sklearn.Estimator;
import dev.slipway.engines.sklearn.Frame;
import dev.slipway.inference.tensor.Tensor;
import dev.slipway.inference.trees.Forest;
import java.util.List;

/// A regression tree, or the mean of several, with one output or more.
record ForestRegressor(SinglePrecision input, Forest forest) implements Estimator.Predictor {
  /// Its trees know where missing values go, or refuse them by themselves.
  @Override
  public boolean takesMissing() {
    return true;
  }

  @Override
  public int features() {
    return input.inputs().features();
  }

  @Override
  public List<String> featureNames() {
    return input.inputs().names();
  }

  @Override
  public Tensor predict(Frame x) {
    return Columns.values(ForestClassifier.means(forest, input, x), x.rows(), forest.outputs());
  }
}
