package dev.slipway.engines.sklearn.trees;

import dev.slipway.engines.sklearn.Estimator;
import dev.slipway.engines.sklearn.Estimators;
import dev.slipway.engines.sklearn.Frame;
import dev.slipway.engines.sklearn.Matrix;
import dev.slipway.engines.sklearn.UnsupportedEstimatorException;
import dev.slipway.engines.sklearn.pickle.PyObject;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Where gradient boosting starts from: `init_` of the estimator, through the loss's link.
///
/// Probabilities are kept off 0 and 1 by float32's epsilon up to scikit-learn 1.8 and by float64's
/// since. With two classes the link is the logit, halved for the exponential loss; with more it is
/// the logarithm, since scikit-learn 1.4 relative to the geometric mean of the row.
@FunctionalInterface
interface GradientBoostingStart {
  double FLOAT_EPSILON = 0x1p-23;
  double DOUBLE_EPSILON = 0x1p-52;

  /// @param rows of `x` cast to float32
  /// @param scores to be filled, `[rows, 1]` or `[rows, classes]`
  void fill(Frame x, double[] rows, Matrix scores);

  static GradientBoostingStart regressor(PyObject object, Estimators readers) {
    var init = init(object);
    if (init.isEmpty()) {
      return (_, _, _) -> {};
    }
    if (init.get().name().equals("DummyRegressor")) {
      double constant = init.get().number("constant_");
      return (_, _, scores) -> GradientBoosting.repeat(List.of(constant), scores);
    }
    if (readers.read(init.get()) instanceof Estimator.Predictor predictor) {
      return (x, rows, scores) -> {
        var values = predictor.predict(GradientBoosting.cast(x, rows)).asDoubles();
        System.arraycopy(values, 0, scores.values(), 0, values.length);
      };
    }
    throw unusable(object, init.get(), "predict");
  }

  static GradientBoostingStart classifier(PyObject object, Estimators readers) {
    var init = init(object);
    if (init.isEmpty()) {
      return (_, _, _) -> {};
    }
    var link = link(object);
    var prior = prior(init.get());
    if (prior.isPresent()) {
      var row = prior.get();
      var start = new double[row.length == 2 ? 1 : row.length];
      link.apply(row, 0, start, 0);
      var boxed = Arrays.stream(start).boxed().toList();
      return (_, _, scores) -> GradientBoosting.repeat(boxed, scores);
    }
    if (readers.read(init.get()) instanceof Estimator.Probabilities estimator) {
      return (x, rows, scores) -> {
        var shares = estimator.predictProba(GradientBoosting.cast(x, rows));
        for (int row = 0; row < x.rows(); row++) {
          link.apply(
              shares.values(), row * shares.columns(), scores.values(), row * scores.columns());
        }
      };
    }
    throw unusable(object, init.get(), "predict_proba");
  }

  private static Optional<PyObject> init(PyObject object) {
    var init = object.optionalObject("init_");
    return init.filter(found -> !found.name().equals("ZeroEstimator"));
  }

  private static Optional<double[]> prior(PyObject init) {
    boolean constant =
        init.name().equals("DummyClassifier") && init.text("strategy", "").equals("prior");
    return constant ? Optional.of(init.doubles("class_prior_")) : Optional.empty();
  }

  private static UnsupportedEstimatorException unusable(
      PyObject object, PyObject init, String method) {
    return new UnsupportedEstimatorException(
        object.type() + ": init_ " + init.type() + " has no " + method + " here");
  }

  /// Whether the loss is one of `sklearn._loss`, as since scikit-learn 1.4.
  static boolean hasLinkedLoss(PyObject object) {
    return object.optionalObject("_loss").filter(loss -> loss.has("link")).isPresent();
  }

  /// From a row of probabilities to raw scores.
  @FunctionalInterface
  interface Link {
    void apply(double[] shares, int from, double[] scores, int to);
  }

  private static Link link(PyObject object) {
    double epsilon = Version.of(object).atLeast(1, 9) ? DOUBLE_EPSILON : FLOAT_EPSILON;
    int classes = object.array("classes_").size();
    if (classes == 2) {
      double factor = object.text("loss", "").equals("exponential") ? 0.5 : 1;
      return (shares, from, scores, to) ->
          scores[to] = factor * Links.logit(clip(shares[from + 1], epsilon));
    }
    boolean centred = hasLinkedLoss(object);
    return (shares, from, scores, to) -> {
      double mean = 0;
      for (int i = 0; i < classes; i++) {
        scores[to + i] = Math.log(clip(shares[from + i], epsilon));
        mean += scores[to + i] / classes;
      }
      for (int i = 0; i < classes && centred; i++) {
        scores[to + i] -= mean;
      }
    };
  }

  private static double clip(double share, double epsilon) {
    return Math.clamp(share, epsilon, 1 - epsilon);
  }
}
