package dev.slipway.engines.sklearn.linear;

import dev.slipway.engines.sklearn.Estimator;
import dev.slipway.engines.sklearn.Estimators;
import dev.slipway.engines.sklearn.Fields;
import dev.slipway.engines.sklearn.Likelihoods;
import dev.slipway.engines.sklearn.Regression;
import dev.slipway.engines.sklearn.ScoreClassifier;
import dev.slipway.engines.sklearn.UnsupportedEstimatorException;
import dev.slipway.engines.sklearn.pickle.PyObject;
import java.util.List;

/// Linear models.
public final class LinearEstimators {
  private static final List<String> REGRESSORS =
      List.of(
          "LinearRegression",
          "Ridge",
          "RidgeCV",
          "Lasso",
          "LassoCV",
          "ElasticNet",
          "ElasticNetCV",
          "Lars",
          "LarsCV",
          "LassoLars",
          "LassoLarsCV",
          "LassoLarsIC",
          "OrthogonalMatchingPursuit",
          "OrthogonalMatchingPursuitCV",
          "BayesianRidge",
          "ARDRegression",
          "HuberRegressor",
          "TheilSenRegressor",
          "QuantileRegressor",
          "MultiTaskLasso",
          "MultiTaskLassoCV",
          "MultiTaskElasticNet",
          "MultiTaskElasticNetCV",
          "SGDRegressor",
          "PassiveAggressiveRegressor",
          "LinearSVR");

  private LinearEstimators() {}

  /// Adds the readers of these classes.
  public static void register(Estimators estimators) {
    for (var name : REGRESSORS) {
      estimators.add("sklearn." + name, (object, _) -> regression(object));
    }
    for (var name : List.of("PoissonRegressor", "GammaRegressor", "TweedieRegressor")) {
      estimators.add("sklearn." + name, (object, _) -> generalised(object));
    }
    for (var name : List.of("Perceptron", "PassiveAggressiveClassifier", "LinearSVC")) {
      estimators.add("sklearn." + name, (object, _) -> classifier(object));
    }
    estimators.add(
        "sklearn.RANSACRegressor", (object, all) -> all.read(object.value("estimator_")));
    estimators.add("sklearn.LogisticRegression", (object, _) -> logistic(object));
    estimators.add("sklearn.LogisticRegressionCV", (object, _) -> logistic(object));
    estimators.add("sklearn.SGDClassifier", (object, _) -> stochastic(object));
    estimators.add("sklearn.RidgeClassifier", (object, _) -> RidgeClassifiers.read(object));
    estimators.add("sklearn.RidgeClassifierCV", (object, _) -> RidgeClassifiers.read(object));
    estimators.add("sklearn.SGDOneClassSVM", (object, _) -> new LinearOutliers(object));
  }

  private static Estimator regression(PyObject object) {
    var map = LinearMap.of(object);
    boolean flat = Fields.dimensions(object, "coef_") < 2 && !isSparse(object);
    return new Regression(object, map.inputs(), flat, map::of);
  }

  private static boolean isSparse(PyObject object) {
    return object.value("coef_") instanceof PyObject;
  }

  /// Poisson, gamma and Tweedie regression: the inverse of the link on the linear predictor.
  private static Estimator generalised(PyObject object) {
    var map = LinearMap.of(object);
    if (!hasLogLink(object)) {
      return new Regression(object, map.inputs(), true, map::of);
    }
    return new Regression(
        object,
        map.inputs(),
        true,
        x -> {
          var linear = map.of(x);
          for (int i = 0; i < linear.values().length; i++) {
            linear.values()[i] = Math.exp(linear.values()[i]);
          }
          return linear;
        });
  }

  private static boolean hasLogLink(PyObject object) {
    if (!object.name().equals("TweedieRegressor")) {
      return true;
    }
    return switch (Fields.setting(object, "link", "auto")) {
      case "auto" -> object.number("power", 0) > 0;
      case "log" -> true;
      case "identity" -> false;
      default -> throw new UnsupportedEstimatorException(object + ": link is none that is known");
    };
  }

  private static Estimator classifier(PyObject object) {
    var map = LinearMap.of(object);
    return ScoreClassifier.deciding(object, map.inputs(), Fields.classes(object), map::of);
  }

  private static Estimator logistic(PyObject object) {
    var map = LinearMap.of(object);
    var classes = Fields.classes(object);
    return ScoreClassifier.deciding(
        object, map.inputs(), classes, map::of, logisticLink(object, classes.count()));
  }

  /// Files written before 1.8 say in `multi_class` whether the classes were fitted one against the
  /// rest or together; together, two classes have the scores `-x` and `x`.
  private static ScoreClassifier.Link logisticLink(PyObject object, int classes) {
    var together = Fields.setting(object, "multi_class", "auto");
    boolean apart =
        switch (together) {
          case "ovr", "warn" -> true;
          case "multinomial" -> false;
          default -> classes <= 2 || object.text("solver", "lbfgs").equals("liblinear");
        };
    if (apart) {
      return Likelihoods::oneVersusRest;
    }
    return classes > 2 ? Likelihoods::softmax : SgdLinks::twoSided;
  }

  private static Estimator stochastic(PyObject object) {
    var map = LinearMap.of(object);
    var classes = Fields.classes(object);
    return switch (object.text("loss", "hinge")) {
      case "log_loss", "log" ->
          ScoreClassifier.deciding(
              object, map.inputs(), classes, map::of, Likelihoods::oneVersusRest);
      case "modified_huber" ->
          ScoreClassifier.deciding(object, map.inputs(), classes, map::of, SgdLinks::modifiedHuber);
      default -> ScoreClassifier.deciding(object, map.inputs(), classes, map::of);
    };
  }
}
