package dev.slipway.engines.sklearn.linear;

import dev.slipway.engines.sklearn.Estimator;
import dev.slipway.engines.sklearn.Fields;
import dev.slipway.engines.sklearn.Fitted;
import dev.slipway.engines.sklearn.Frame;
import dev.slipway.engines.sklearn.Matrix;
import dev.slipway.engines.sklearn.pickle.PyObject;
import dev.slipway.inference.tensor.Tensor;

/// `SGDOneClassSVM`: 1 for rows on this side of a plane, -1 for those beyond.
final class LinearOutliers extends Fitted
    implements Estimator.Predictor, Estimator.Decisions, Estimator.Scores {
  private final LinearMap scores;
  private final LinearMap decisions;

  LinearOutliers(PyObject object) {
    super(object, -1);
    var coefficients = Fields.matrix(object, "coef_");
    this.scores = new LinearMap(coefficients, 0);
    this.decisions = new LinearMap(coefficients, -Fields.vector(object, "offset_")[0]);
  }

  @Override
  public Matrix scoreSamples(Frame x) {
    return scores.of(x);
  }

  @Override
  public Matrix decisionFunction(Frame x) {
    return decisions.of(x);
  }

  @Override
  public Tensor predict(Frame x) {
    return sides(decisions.of(x).values());
  }

  private static Tensor sides(double... values) {
    var sides = new long[values.length];
    for (int i = 0; i < sides.length; i++) {
      sides[i] = values[i] >= 0 ? 1 : -1;
    }
    return Tensor.ofLongs("", new long[] {sides.length}, sides);
  }
}
