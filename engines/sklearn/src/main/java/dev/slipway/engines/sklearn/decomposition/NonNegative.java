package dev.slipway.engines.sklearn.decomposition;

import dev.slipway.engines.sklearn.Estimator;
import dev.slipway.engines.sklearn.Fields;
import dev.slipway.engines.sklearn.Frame;
import dev.slipway.engines.sklearn.Mapping;
import dev.slipway.engines.sklearn.Matrix;
import dev.slipway.engines.sklearn.UnsupportedEstimatorException;
import dev.slipway.engines.sklearn.Vectors;
import dev.slipway.engines.sklearn.pickle.PyObject;
import dev.slipway.inference.engine.InvalidInputException;

/// `NMF`: non-negative weights `W` that make `W H` close to the rows.
///
/// Implementation note. Coordinate descent with the start, order and stopping rule of scikit-learn
/// (`_fit_coordinate_descent`), which stops early and for all rows of a call together; so answers
/// depend on which rows are asked for together, there as here.
final class NonNegative {
  private final Matrix components;
  private final Matrix gram;
  private final double penalty1;
  private final double penalty2;
  private final double tolerance;
  private final int rounds;

  private NonNegative(PyObject object) {
    this.components = Fields.matrix(object, "components_");
    double ratio = object.number("l1_ratio", 0);
    double alpha = object.number("alpha_W", 0) * components.columns();
    this.penalty1 = alpha * ratio;
    this.penalty2 = alpha * (1 - ratio);
    this.tolerance = object.number("tol", 1e-4);
    this.rounds = object.integer("max_iter", 200);
    this.gram = Vectors.timesTransposed(components, components);
    for (int i = 0; i < components.rows(); i++) {
      gram.values()[i * components.rows() + i] += penalty2;
    }
  }

  static Estimator read(PyObject object) {
    if (!object.text("solver", "cd").equals("cd") || object.truth("shuffle", false)) {
      throw new UnsupportedEstimatorException(
          object + ": solver is " + object.text("solver", "cd") + ", expected cd without shuffle");
    }
    var fitted = new NonNegative(object);
    return new Mapping(object, fitted.components.columns(), fitted::weights);
  }

  private Matrix weights(Frame x) {
    var rows = x.matrix();
    for (double value : rows.values()) {
      if (value < 0) {
        throw new InvalidInputException("Negative values in data passed to NMF (input X)");
      }
    }
    var target = Vectors.timesTransposed(rows, components);
    for (int i = 0; i < target.values().length; i++) {
      target.values()[i] -= penalty1;
    }
    var weights = Matrix.zeros(rows.rows(), components.rows());
    double first = 0;
    for (int round = 0; round < rounds; round++) {
      double violation = improve(weights, target);
      first = round == 0 ? violation : first;
      if (first == 0 || violation / first <= tolerance) {
        break;
      }
    }
    return weights;
  }

  private double improve(Matrix weights, Matrix target) {
    int count = components.rows();
    double violation = 0;
    for (int t = 0; t < count; t++) {
      double curvature = gram.at(t, t);
      for (int at = 0; at < weights.values().length; at += count) {
        double gradient =
            Vectors.dot(gram.values(), t * count, weights.values(), at, count)
                - target.values()[at + t];
        double old = weights.values()[at + t];
        violation += Math.abs(old == 0 ? Math.min(0, gradient) : gradient);
        if (curvature != 0) {
          weights.values()[at + t] = Math.max(old - gradient / curvature, 0);
        }
      }
    }
    return violation;
  }
}
