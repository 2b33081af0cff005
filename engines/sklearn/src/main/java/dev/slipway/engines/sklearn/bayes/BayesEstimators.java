package dev.slipway.engines.sklearn.bayes;

import dev.slipway.engines.sklearn.Estimator;
import dev.slipway.engines.sklearn.Estimators;
import dev.slipway.engines.sklearn.Fields;
import dev.slipway.engines.sklearn.Likelihoods;
import dev.slipway.engines.sklearn.Matrix;
import dev.slipway.engines.sklearn.RowScores;
import dev.slipway.engines.sklearn.ScoreClassifier;
import dev.slipway.engines.sklearn.linear.LinearMap;
import dev.slipway.engines.sklearn.pickle.PyObject;

/// Naive Bayes and discriminant analysis.
public final class BayesEstimators {
  private BayesEstimators() {}

  /// Adds the readers of these classes.
  public static void register(Estimators estimators) {
    estimators.add("sklearn.GaussianNB", (object, _) -> gaussian(object));
    estimators.add("sklearn.MultinomialNB", (object, _) -> multinomial(object));
    estimators.add("sklearn.ComplementNB", (object, _) -> complement(object));
    estimators.add("sklearn.BernoulliNB", (object, _) -> bernoulli(object));
    estimators.add(
        "sklearn.CategoricalNB", (object, _) -> new CategoricalBayes(object).estimator());
    estimators.add(
        "sklearn.LinearDiscriminantAnalysis", (object, _) -> LinearDiscriminant.read(object));
    estimators.add("sklearn.QuadraticDiscriminantAnalysis", (object, _) -> quadratic(object));
  }

  /// A classifier whose scores are joint log likelihoods.
  static Estimator joint(PyObject object, int features, RowScores scores) {
    return ScoreClassifier.probable(
        object, features, Fields.classes(object), scores, Likelihoods::softmax);
  }

  private static Estimator gaussian(PyObject object) {
    var means = Fields.matrix(object, "theta_");
    var variances = Fields.matrix(object, object.has("var_") ? "var_" : "sigma_");
    var offsets = object.doubles("class_prior_").clone();
    for (int i = 0; i < offsets.length; i++) {
      offsets[i] = Math.log(offsets[i]);
      for (double variance : variances.row(i)) {
        offsets[i] -= Math.log(2 * Math.PI * variance) / 2;
      }
    }
    return joint(
        object, means.columns(), x -> gaussian(x.matrix(), means, variances.values(), offsets));
  }

  private static Matrix gaussian(Matrix x, Matrix means, double[] variances, double[] offsets) {
    int width = means.columns();
    var target = Matrix.zeros(x.rows(), means.rows());
    for (int row = 0; row < x.rows(); row++) {
      for (int i = 0; i < means.rows(); i++) {
        double sum = 0;
        for (int j = 0; j < width; j++) {
          double difference = x.values()[row * width + j] - means.values()[i * width + j];
          sum += difference * difference / variances[i * width + j];
        }
        target.values()[row * means.rows() + i] = offsets[i] - sum / 2;
      }
    }
    return target;
  }

  private static Estimator multinomial(PyObject object) {
    var map =
        new LinearMap(
            Fields.matrix(object, "feature_log_prob_"), object.doubles("class_log_prior_"));
    return joint(object, map.inputs(), map::of);
  }

  private static Estimator complement(PyObject object) {
    var weights = Fields.matrix(object, "feature_log_prob_");
    var prior = weights.rows() == 1 ? object.doubles("class_log_prior_") : new double[] {0};
    var map = new LinearMap(weights, prior);
    return joint(object, map.inputs(), map::of);
  }

  /// `log p(c) + sum of x log p + (1 - x) log(1 - p)`, as a linear map of the binary features.
  private static Estimator bernoulli(PyObject object) {
    var logs = Fields.matrix(object, "feature_log_prob_");
    var weights = Matrix.zeros(logs.rows(), logs.columns());
    var offsets = object.doubles("class_log_prior_").clone();
    for (int i = 0; i < logs.values().length; i++) {
      double absent = Math.log(1 - Math.exp(logs.values()[i]));
      weights.values()[i] = logs.values()[i] - absent;
      offsets[i / logs.columns()] += absent;
    }
    var map = new LinearMap(weights, offsets);
    if (!object.has("binarize")) {
      return joint(object, map.inputs(), map::of);
    }
    double threshold = object.number("binarize");
    return joint(object, map.inputs(), x -> map.of(Binary.of(x, threshold)));
  }

  private static Estimator quadratic(PyObject object) {
    var quadratic = new QuadraticForms(object);
    var classes = Fields.classes(object);
    return classes.count() == 2
        ? ScoreClassifier.deciding(
            object,
            quadratic.features(),
            classes,
            quadratic::difference,
            Likelihoods::oneVersusRest)
        : ScoreClassifier.deciding(
            object, quadratic.features(), classes, quadratic::of, Likelihoods::softmax);
  }
}
