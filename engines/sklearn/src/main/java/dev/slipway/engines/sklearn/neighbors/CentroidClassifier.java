package dev.slipway.engines.sklearn.neighbors;

import dev.slipway.engines.sklearn.Estimator;
import dev.slipway.engines.sklearn.Fields;
import dev.slipway.engines.sklearn.Fitted;
import dev.slipway.engines.sklearn.Frame;
import dev.slipway.engines.sklearn.Labels;
import dev.slipway.engines.sklearn.Likelihoods;
import dev.slipway.engines.sklearn.Matrix;
import dev.slipway.engines.sklearn.ScoreClassifier;
import dev.slipway.engines.sklearn.Vectors;
import dev.slipway.engines.sklearn.pickle.PyObject;
import dev.slipway.inference.tensor.Tensor;

/// `NearestCentroid`. Since 1.6 it weighs classes by their priors unless these are equal, and gives
/// scores for the Euclidean distance.
class CentroidClassifier extends Fitted implements Estimator.Classes {
  private final Matrix centroids;
  private final Labels classes;
  private final Distance distance;

  private CentroidClassifier(PyObject object) {
    super(object, Fields.matrix(object, "centroids_").columns());
    this.centroids = Fields.matrix(object, "centroids_");
    this.classes = Fields.classes(object);
    this.distance = Distance.of(object);
  }

  static Estimator read(PyObject object) {
    var plain = new CentroidClassifier(object);
    boolean scored =
        object.has("within_class_std_dev_") && object.text("metric", "").equals("euclidean");
    return scored ? new Scored(object, plain) : plain;
  }

  @Override
  public Labels classes() {
    return classes;
  }

  @Override
  public Tensor predict(Frame frame) {
    return classes.at(Vectors.argmin(reduced(frame.matrix(), centroids)));
  }

  private Matrix reduced(Matrix x, Matrix from) {
    int width = x.columns();
    var target = Matrix.zeros(x.rows(), from.rows());
    for (int i = 0; i < target.values().length; i++) {
      int row = i / from.rows();
      int centroid = i % from.rows();
      target.values()[i] =
          distance.reduced(x.values(), row * width, from.values(), centroid * width, width);
    }
    return target;
  }

  private static final class Scored extends CentroidClassifier implements Decisions, Probabilities {
    private final CentroidClassifier plain;
    private final ScoreClassifier classifier;
    private final boolean equal;

    Scored(PyObject object, CentroidClassifier plain) {
      super(object);
      this.plain = plain;
      var priors = object.doubles("class_prior_");
      this.equal = equal(priors);
      var deviations = object.doubles("within_class_std_dev_");
      var scaled = divided(plain.centroids, deviations);
      this.classifier =
          ScoreClassifier.deciding(
              object,
              plain.features(),
              plain.classes,
              x -> scores(plain.reduced(divided(x.matrix(), deviations), scaled), priors),
              scores ->
                  scores.columns() == 1
                      ? Likelihoods.oneVersusRest(scores)
                      : Likelihoods.softmax(scores));
    }

    private static boolean equal(double... priors) {
      for (double prior : priors) {
        if (Math.abs(prior - 1.0 / priors.length) > 1e-8 + 1e-5 / priors.length) {
          return false;
        }
      }
      return true;
    }

    private static Matrix divided(Matrix x, double... deviations) {
      var target = Matrix.zeros(x.rows(), x.columns());
      for (int i = 0; i < target.values().length; i++) {
        double deviation = deviations[i % x.columns()];
        target.values()[i] = deviation == 0 ? x.values()[i] : x.values()[i] / deviation;
      }
      return target;
    }

    private static Matrix scores(Matrix squares, double... priors) {
      int count = priors.length;
      for (int i = 0; i < squares.values().length; i++) {
        squares.values()[i] = 2 * Math.log(priors[i % count]) - squares.values()[i];
      }
      if (count != 2) {
        return squares;
      }
      var difference = Matrix.zeros(squares.rows(), 1);
      for (int row = 0; row < squares.rows(); row++) {
        difference.values()[row] = squares.at(row, 1) - squares.at(row, 0);
      }
      return difference;
    }

    @Override
    public Tensor predict(Frame x) {
      return equal ? plain.predict(x) : classifier.predict(x);
    }

    @Override
    public Matrix decisionFunction(Frame x) {
      return ((Decisions) classifier).decisionFunction(x);
    }

    @Override
    public Matrix predictProba(Frame x) {
      return ((Probabilities) classifier).predictProba(x);
    }
  }
}
