package dev.slipway.engines.sklearn.decomposition;

import dev.slipway.engines.sklearn.Fields;
import dev.slipway.engines.sklearn.Matrix;
import dev.slipway.engines.sklearn.pickle.PyObject;

/// Moves kernel values to where the training data has its mean in feature space.
final class KernelCentre {
  private final double[] columnMeans;
  private final double mean;

  KernelCentre(PyObject centerer) {
    this.columnMeans = centerer.doubles("K_fit_rows_");
    this.mean = centerer.number("K_fit_all_");
  }

  /// @param kernel `[rows, training rows]`, overwritten
  Matrix of(Matrix kernel) {
    int width = kernel.columns();
    var values = kernel.values();
    for (int from = 0; from < values.length; from += width) {
      double sum = 0;
      for (int i = 0; i < width; i++) {
        sum += values[from + i];
      }
      for (int i = 0; i < width; i++) {
        values[from + i] += mean - columnMeans[i] - sum / width;
      }
    }
    return kernel;
  }

  /// Eigenvectors over the roots of their values, one a row; zeros where a value is 0.
  static Matrix axes(PyObject object) {
    var lengths = object.doubles(object.has("eigenvalues_") ? "eigenvalues_" : "lambdas_");
    var vectors =
        Fields.matrix(object, object.has("eigenvectors_") ? "eigenvectors_" : "alphas_")
            .transposed();
    var target = Matrix.zeros(vectors.rows(), vectors.columns());
    for (int i = 0; i < target.values().length; i++) {
      double length = lengths[i / vectors.columns()];
      target.values()[i] = length == 0 ? 0 : vectors.values()[i] / Math.sqrt(length);
    }
    return target;
  }
}
