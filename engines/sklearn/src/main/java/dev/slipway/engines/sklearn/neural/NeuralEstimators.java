package dev.slipway.engines.sklearn.neural;

import dev.slipway.engines.sklearn.Estimator;
import dev.slipway.engines.sklearn.Estimators;
import dev.slipway.engines.sklearn.Fields;
import dev.slipway.engines.sklearn.Mapping;
import dev.slipway.engines.sklearn.Regression;
import dev.slipway.engines.sklearn.pickle.PyObject;

/// Multi-layer perceptrons and Boltzmann machines.
public final class NeuralEstimators {
  private NeuralEstimators() {}

  /// Adds the readers of these classes.
  public static void register(Estimators estimators) {
    estimators.add("sklearn.MLPClassifier", (object, _) -> PerceptronClassifier.read(object));
    estimators.add("sklearn.MLPRegressor", (object, _) -> regressor(object));
    estimators.add("sklearn.BernoulliRBM", (object, _) -> boltzmann(object));
  }

  private static Estimator regressor(PyObject object) {
    var layers = new Perceptron(object);
    return new Regression(object, layers.features(), layers.outputs() == 1, layers::of);
  }

  /// The probabilities of the hidden units.
  private static Estimator boltzmann(PyObject object) {
    var weights = Fields.matrix(object, "components_").transposed();
    var layer = new Layer(weights, object.doubles("intercept_hidden_"), "logistic");
    return new Mapping(object, weights.rows(), x -> layer.of(x.matrix()));
  }
}
