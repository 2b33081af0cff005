package dev.slipway.engines.sklearn.decomposition;

import dev.slipway.engines.sklearn.Estimator;
import dev.slipway.engines.sklearn.Fields;
import dev.slipway.engines.sklearn.Mapping;
import dev.slipway.engines.sklearn.Matrix;
import dev.slipway.engines.sklearn.UnsupportedEstimatorException;
import dev.slipway.engines.sklearn.Vectors;
import dev.slipway.engines.sklearn.pickle.PyObject;

/// Decompositions whose transform is a regression on the components, `x Aᵀ (B Aᵀ + c I)⁻¹`: one
/// linear map, worked out when the model is read.
final class Shrunk {
  private Shrunk() {}

  /// `FactorAnalysis`: the factors' expectation given the row (Barber, Bayesian Reasoning and
  /// Machine Learning, algorithm 21.1), each column weighted by the inverse of its noise.
  static Estimator factors(PyObject object) {
    var components = Fields.matrix(object, "components_");
    var noise = object.doubles("noise_variance_");
    var weighted = Matrix.zeros(components.rows(), components.columns());
    for (int i = 0; i < weighted.values().length; i++) {
      weighted.values()[i] = components.values()[i] / noise[i % noise.length];
    }
    var map =
        DecompositionEstimators.centred(
            solved(object, Vectors.timesTransposed(weighted, components), 1, weighted), object);
    return new Mapping(object, map.inputs(), map::of);
  }

  /// `SparsePCA` and `MiniBatchSparsePCA`: ridge regression on the components.
  static Estimator sparse(PyObject object) {
    var components = Fields.matrix(object, "components_");
    var gram = Vectors.timesTransposed(components, components);
    double ridge = object.number("ridge_alpha", 0.01);
    var map = DecompositionEstimators.centred(solved(object, gram, ridge, components), object);
    return new Inverses(object, map, object);
  }

  /// `(g + diagonal I)⁻¹ b`, by Cholesky's factors.
  ///
  /// @param g symmetric, `[n, n]`
  /// @param b `[n, columns]`
  private static Matrix solved(PyObject object, Matrix g, double diagonal, Matrix b) {
    int size = g.rows();
    var factor = new double[size][size];
    for (int i = 0; i < size; i++) {
      for (int j = 0; j <= i; j++) {
        double rest = g.at(i, j) + (i == j ? diagonal : 0);
        for (int k = 0; k < j; k++) {
          rest -= factor[i][k] * factor[j][k];
        }
        factor[i][j] = i == j ? Math.sqrt(rest) : rest / factor[j][j];
      }
      if (!(factor[i][i] > 0)) {
        throw new UnsupportedEstimatorException(object + ": components_ depend on each other");
      }
    }
    var solved = b.values().clone();
    for (int column = 0; column < b.columns(); column++) {
      substitute(factor, solved, column, b.columns());
    }
    return new Matrix(solved, size, b.columns());
  }

  /// Solves one column of the right side in place, forwards and backwards.
  private static void substitute(double[][] factor, double[] values, int column, int columns) {
    for (int i = 0; i < factor.length; i++) {
      double rest = values[i * columns + column];
      for (int k = 0; k < i; k++) {
        rest -= factor[i][k] * values[k * columns + column];
      }
      values[i * columns + column] = rest / factor[i][i];
    }
    for (int i = factor.length - 1; i >= 0; i--) {
      double rest = values[i * columns + column];
      for (int k = i + 1; k < factor.length; k++) {
        rest -= factor[k][i] * values[k * columns + column];
      }
      values[i * columns + column] = rest / factor[i][i];
    }
  }
}
