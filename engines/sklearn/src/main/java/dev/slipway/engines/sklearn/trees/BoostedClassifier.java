package dev.slipway.engines.sklearn.trees;

import dev.slipway.engines.sklearn.Estimator;
import dev.slipway.engines.sklearn.Frame;
import dev.slipway.engines.sklearn.Labels;
import dev.slipway.engines.sklearn.Matrix;
import dev.slipway.inference.tensor.Tensor;
import java.util.List;

/// A classifier that boosts: raw scores, and probabilities by a logistic function or softmax.
///
/// @param slope of the logistic function of two classes: 1 for the log loss, 2 for the exponential
/// @param zeroIsPositive whether a raw score of exactly 0 counts for the second of two classes
record BoostedClassifier(
    Inputs inputs, RawScores raw, Labels classes, double slope, boolean zeroIsPositive)
    implements Estimator.Classes, Estimator.Probabilities, Estimator.Decisions {
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
  public Matrix decisionFunction(Frame x) {
    return raw.of(x);
  }

  @Override
  public Tensor predict(Frame x) {
    var scores = raw.of(x);
    int width = scores.columns();
    if (width > 1) {
      return classes.at(Argmax.rows(scores.values(), width, 0, width));
    }
    var chosen = new int[scores.rows()];
    for (int row = 0; row < chosen.length; row++) {
      double score = scores.values()[row];
      chosen[row] = score > 0 || (zeroIsPositive && score == 0) ? 1 : 0;
    }
    return classes.at(chosen);
  }

  @Override
  public Matrix predictProba(Frame x) {
    var scores = raw.of(x);
    return scores.columns() == 1 ? Links.logistic(scores, slope) : Links.softmax(scores);
  }
}
