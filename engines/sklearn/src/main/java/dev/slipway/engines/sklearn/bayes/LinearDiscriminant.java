package dev.slipway.engines.sklearn.bayes;

import dev.slipway.engines.sklearn.Estimator;
import dev.slipway.engines.sklearn.Fields;
import dev.slipway.engines.sklearn.Fitted;
import dev.slipway.engines.sklearn.Frame;
import dev.slipway.engines.sklearn.Labels;
import dev.slipway.engines.sklearn.Likelihoods;
import dev.slipway.engines.sklearn.Matrix;
import dev.slipway.engines.sklearn.ScoreClassifier;
import dev.slipway.engines.sklearn.linear.LinearMap;
import dev.slipway.engines.sklearn.pickle.PyObject;
import dev.slipway.inference.tensor.Tensor;

/// `LinearDiscriminantAnalysis`: a linear classifier that can project as well, unless it was fitted
/// by least squares.
final class LinearDiscriminant extends Fitted
    implements Estimator.Classes,
        Estimator.Decisions,
        Estimator.Probabilities,
        Estimator.Transformer {
  private final LinearMap scores;
  private final LinearMap projection;
  private final ScoreClassifier classifier;

  private LinearDiscriminant(PyObject object, LinearMap scores, ScoreClassifier classifier) {
    super(object, scores.inputs());
    this.scores = scores;
    this.classifier = classifier;
    this.projection = projection(object);
  }

  static Estimator read(PyObject object) {
    var scores = LinearMap.of(object);
    var classifier =
        ScoreClassifier.deciding(
            object,
            scores.inputs(),
            Fields.classes(object),
            scores::of,
            LinearDiscriminant::probabilities);
    return object.text("solver", "svd").equals("lsqr")
        ? classifier
        : new LinearDiscriminant(object, scores, classifier);
  }

  private static Matrix probabilities(Matrix scores) {
    return scores.columns() == 1 ? Likelihoods.oneVersusRest(scores) : Likelihoods.softmax(scores);
  }

  /// `(x - mean) scalings`, the first components.
  private static LinearMap projection(PyObject object) {
    var all = Fields.matrix(object, "scalings_").transposed();
    int kept = Math.min(object.integer("_max_components", all.rows()), all.rows());
    int width = all.columns();
    var values = java.util.Arrays.copyOf(all.values(), kept * width);
    var offsets = new double[kept];
    if (object.text("solver", "svd").equals("svd")) {
      var mean = object.doubles("xbar_");
      for (int i = 0; i < values.length; i++) {
        offsets[i / width] -= mean[i % width] * values[i];
      }
    }
    return new LinearMap(new Matrix(values, kept, width), offsets);
  }

  @Override
  public Labels classes() {
    return classifier.classes();
  }

  @Override
  public Tensor predict(Frame x) {
    return classifier.predict(x);
  }

  @Override
  public Matrix decisionFunction(Frame x) {
    return scores.of(x);
  }

  @Override
  public Matrix predictProba(Frame x) {
    return probabilities(scores.of(x));
  }

  @Override
  public Frame transform(Frame x) {
    return new Frame.Dense(projection.of(x));
  }
}
