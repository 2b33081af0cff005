package dev.slipway.engines.sklearn;

import dev.slipway.engines.sklearn.pickle.PyObject;
import dev.slipway.inference.tensor.Tensor;

/// A detector of outliers: `score_samples`, the score less an offset as `decision_function`, and
/// its
/// sign as 1 (an ordinary row) or -1.
public final class Outliers extends Fitted
    implements Estimator.Predictor, Estimator.Decisions, Estimator.Scores {
  private final RowScores scores;
  private final double offset;
  private final boolean zeroIsOrdinary;

  /// @param scores `[rows, 1]`
  /// @param zeroIsOrdinary what a decision of exactly 0 means
  public Outliers(
      PyObject object, int features, RowScores scores, double offset, boolean zeroIsOrdinary) {
    super(object, features);
    this.scores = scores;
    this.offset = offset;
    this.zeroIsOrdinary = zeroIsOrdinary;
  }

  @Override
  public Matrix scoreSamples(Frame x) {
    return scores.of(x);
  }

  @Override
  public Matrix decisionFunction(Frame x) {
    var found = scores.of(x);
    for (int i = 0; i < found.values().length; i++) {
      found.values()[i] -= offset;
    }
    return found;
  }

  @Override
  public Tensor predict(Frame x) {
    var decisions = decisionFunction(x).values();
    var sides = new long[decisions.length];
    for (int i = 0; i < sides.length; i++) {
      boolean ordinary = decisions[i] > 0 || (zeroIsOrdinary && decisions[i] == 0);
      sides[i] = ordinary ? 1 : -1;
    }
    return Tensor.ofLongs("", new long[] {sides.length}, sides);
  }
}
