package dev.slipway.engines.sklearn.trees;

import dev.slipway.engines.sklearn.Estimator;
import dev.slipway.engines.sklearn.Frame;
import dev.slipway.engines.sklearn.Labels;
import dev.slipway.engines.sklearn.Matrix;
import dev.slipway.inference.tensor.Tensor;
import java.util.List;

/// A classifier around a booster that answers with probabilities: of the second of two classes, or
/// of each.
///
/// @param predictions `[rows, 1]` or `[rows, classes]`
/// @param singlePrecision whether the first of two probabilities is a float32 difference
record WrappedClassifier(
    Inputs inputs, RawScores predictions, Labels classes, boolean singlePrecision)
    implements Estimator.Classes, Estimator.Probabilities {
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
    int count = classes.count();
    return classes.at(Argmax.rows(predictProba(x).values(), count, 0, count));
  }

  @Override
  public Matrix predictProba(Frame x) {
    var shares = predictions.of(x);
    if (shares.columns() > 1) {
      return shares;
    }
    var both = Matrix.zeros(shares.rows(), 2);
    for (int row = 0; row < shares.rows(); row++) {
      double second = shares.values()[row];
      both.values()[2 * row] = singlePrecision ? (float) (1 - second) : 1 - second;
      both.values()[2 * row + 1] = second;
    }
    return both;
  }
}
