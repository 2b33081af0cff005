package dev.slipway.tuning.bayes;

/// Cholesky's decomposition and what is made of it, over rows of primitive arrays.
///
/// The inner loops add a multiple of one row to another, which the compiler turns into vector
/// instructions; a library's element access does not allow that. Matrices are upper triangles:
/// what stands below their diagonal is neither read nor written.
final class Triangular {

  private Triangular() {}

  /// Turns a symmetric positive definite matrix `A` into `U` with `Uᵀ U = A`, in place.
  ///
  /// @return whether it is positive definite; if not, the matrix is spoiled
  static boolean decompose(double[][] matrix) {
    int size = matrix.length;
    for (int k = 0; k < size; k++) {
      double[] row = matrix[k];
      if (!(row[k] > 0)) {
        return false;
      }
      double scale = 1 / Math.sqrt(row[k]);
      for (int j = k; j < size; j++) {
        row[j] *= scale;
      }
      for (int i = k + 1; i < size; i++) {
        add(matrix[i], -row[i], row, i);
      }
    }
    return true;
  }

  /// `U⁻¹`, an upper triangle too; zeros below the diagonal.
  static double[][] inverse(double[][] upper) {
    int size = upper.length;
    double[][] inverse = new double[size][size];
    for (int i = size - 1; i >= 0; i--) {
      double[] row = inverse[i];
      for (int k = i + 1; k < size; k++) {
        add(row, -upper[i][k], inverse[k], k);
      }
      double scale = 1 / upper[i][i];
      for (int j = i + 1; j < size; j++) {
        row[j] *= scale;
      }
      row[i] = scale;
    }
    return inverse;
  }

  /// `vᵀ M` for an upper triangle `M`.
  static double[] times(double[] vector, double[][] upper) {
    double[] product = new double[vector.length];
    for (int i = 0; i < vector.length; i++) {
      add(product, vector[i], upper[i], i);
    }
    return product;
  }

  /// `M v` for an upper triangle `M`.
  static double[] apply(double[][] upper, double[] vector) {
    double[] product = new double[vector.length];
    for (int i = 0; i < vector.length; i++) {
      product[i] = dot(upper[i], vector, i);
    }
    return product;
  }

  /// The product of two rows from a column on.
  static double dot(double[] left, double[] right, int from) {
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    int j = from;
    for (; j + 3 < left.length; j += 4) {
      a += left[j] * right[j];
      b += left[j + 1] * right[j + 1];
      c += left[j + 2] * right[j + 2];
      d += left[j + 3] * right[j + 3];
    }
    for (; j < left.length; j++) {
      a += left[j] * right[j];
    }
    return a + b + (c + d);
  }

  private static void add(double[] row, double factor, double[] other, int from) {
    for (int j = from; j < row.length; j++) {
      row[j] += factor * other[j];
    }
  }
}
