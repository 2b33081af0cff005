package dev.slipway.engines.sklearn;

import dev.slipway.engines.sklearn.pickle.PyObject;
import dev.slipway.inference.tensor.Tensor;

/// A classifier that picks the class with the largest score: with one score a row, the second class
/// if it is above 0.
public class ScoreClassifier extends Fitted implements Estimator.Classes {
  /// Probabilities out of scores.
  @FunctionalInterface
  public interface Link {
    /// @return `[rows, classes]`
    Matrix of(Matrix scores);
  }

  private final Labels classes;
  private final RowScores scores;

  private ScoreClassifier(PyObject object, int features, Labels classes, RowScores scores) {
    super(object, features);
    this.classes = classes;
    this.scores = scores;
  }

  /// With `decision_function`.
  public static ScoreClassifier deciding(
      PyObject object, int features, Labels classes, RowScores scores) {
    return new Deciding(object, features, classes, scores);
  }

  /// With `decision_function` and `predict_proba`.
  public static ScoreClassifier deciding(
      PyObject object, int features, Labels classes, RowScores scores, Link link) {
    return new DecidingWithProbabilities(object, features, classes, scores, link);
  }

  /// With `predict_proba` alone.
  public static ScoreClassifier probable(
      PyObject object, int features, Labels classes, RowScores scores, Link link) {
    return new Probable(object, features, classes, scores, link);
  }

  @Override
  public Labels classes() {
    return classes;
  }

  Matrix scores(Frame x) {
    return scores.of(x);
  }

  @Override
  public Tensor predict(Frame x) {
    var found = scores.of(x);
    if (found.columns() > 1) {
      return classes.at(Vectors.argmax(found));
    }
    var indexes = new int[found.rows()];
    for (int row = 0; row < indexes.length; row++) {
      indexes[row] = found.values()[row] > 0 ? 1 : 0;
    }
    return classes.at(indexes);
  }

  private static final class Deciding extends ScoreClassifier implements Decisions {
    Deciding(PyObject object, int features, Labels classes, RowScores scores) {
      super(object, features, classes, scores);
    }

    @Override
    public Matrix decisionFunction(Frame x) {
      return scores(x);
    }
  }

  private static final class Probable extends ScoreClassifier implements Probabilities {
    private final Link link;

    Probable(PyObject object, int features, Labels classes, RowScores scores, Link link) {
      super(object, features, classes, scores);
      this.link = link;
    }

    @Override
    public Matrix predictProba(Frame x) {
      return link.of(scores(x));
    }
  }

  private static final class DecidingWithProbabilities extends ScoreClassifier
      implements Decisions, Probabilities {
    private final Link link;

    DecidingWithProbabilities(
        PyObject object, int features, Labels classes, RowScores scores, Link link) {
      super(object, features, classes, scores);
      this.link = link;
    }

    @Override
    public Matrix decisionFunction(Frame x) {
      return scores(x);
    }

    @Override
    public Matrix predictProba(Frame x) {
      return link.of(scores(x));
    }
  }
}
