package dev.slipway.tuning.bayes;

/// Cholesky's decomposition and what is made of it, over rows of primitive arrays.
///
/// The inner loops add multiples of four rows to another, which the compiler turns into vector
/// instructions and which reads and writes the sum once for four; a library's element access does
/// not allow that. Decompositions and inverses are upper triangles.
final class Triangular {

  private Triangular() {}

  /// Turns a symmetric positive definite matrix `A` into `U` with `Uᵀ U = A`, in place. What
  /// stands below the diagonal is neither read nor written.
  ///
  /// @return whether it is positive definite; if not, the matrix is spoiled
  static boolean decompose(double[][] matrix) {
    int size = matrix.length;
    for (int k = 0; k < size; k += 4) {
      int end = Math.min(k + 4, size);
      for (int i = k; i < end; i++) {
        double[] row = matrix[i];
        for (int above = k; above < i; above++) {
          add(row, -matrix[above][i], matrix[above], i, size);
        }
        if (!(row[i] > 0)) {
          return false;
        }
        scale(row, 1 / Math.sqrt(row[i]), i);
      }
      for (int i = end; i < size; i++) {
        double[] a = matrix[k];
        double[] b = matrix[k + 1];
        double[] c = matrix[k + 2];
        double[] d = matrix[k + 3];
        add(matrix[i], -a[i], a, -b[i], b, -c[i], c, -d[i], d, i, size);
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
      combine(row, upper[i], inverse, true, i + 1, i + 1);
      double reciprocal = 1 / upper[i][i];
      scale(row, -reciprocal, i + 1);
      row[i] = reciprocal;
    }
    return inverse;
  }

  /// Rows as columns.
  static double[][] transposed(double[][] upper) {
    int size = upper.length;
    double[][] lower = new double[size][size];
    for (int i = 0; i < size; i++) {
      double[] row = upper[i];
      for (int j = i; j < size; j++) {
        lower[j][i] = row[j];
      }
    }
    return lower;
  }

  /// `V Vᵀ` for an upper triangle `V`, from the diagonal on in each row.
  static double[][] squared(double[][] upper, double[][] lower) {
    int size = upper.length;
    double[][] product = new double[size][size];
    for (int i = 0; i < size; i++) {
      combine(product[i], upper[i], lower, false, i, i);
    }
    return product;
  }

  /// `vᵀ U` for an upper triangle with zeros below its diagonal.
  static double[] timesUpper(double[] vector, double[][] upper) {
    double[] product = new double[vector.length];
    combine(product, vector, upper, true, 0, 0);
    return product;
  }

  /// `vᵀ L` for a lower triangle with zeros above its diagonal.
  static double[] timesLower(double[] vector, double[][] lower) {
    double[] product = new double[vector.length];
    combine(product, vector, lower, false, 0, 0);
    return product;
  }

  /// Adds to `sum`, from a column on, a triangle's rows from `first` on, each as often as `factors`
  /// has it.
  private static void combine(
      double[] sum, double[] factors, double[][] rows, boolean upper, int first, int from) {
    int k = first;
    for (; k + 3 < rows.length; k += 4) {
      double[] a = rows[k];
      double[] b = rows[k + 1];
      double[] c = rows[k + 2];
      double[] d = rows[k + 3];
      int begin = upper ? Math.max(from, k) : from;
      int end = upper ? sum.length : k + 4;
      add(sum, factors[k], a, factors[k + 1], b, factors[k + 2], c, factors[k + 3], d, begin, end);
    }
    for (; k < rows.length; k++) {
      add(sum, factors[k], rows[k], from, upper ? sum.length : k + 1);
    }
  }

  /// The product of two rows.
  static double dot(double[] left, double[] right) {
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    int j = 0;
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

  private static void scale(double[] row, double factor, int from) {
    for (int j = from; j < row.length; j++) {
      row[j] *= factor;
    }
  }

  private static void add(double[] row, double factor, double[] other, int from, int to) {
    for (int j = from; j < to; j++) {
      row[j] += factor * other[j];
    }
  }

  private static void add(
      double[] row,
      double byA,
      double[] a,
      double byB,
      double[] b,
      double byC,
      double[] c,
      double byD,
      double[] d,
      int from,
      int to) {
    for (int j = from; j < to; j++) {
      row[j] += byA * a[j] + byB * b[j] + (byC * c[j] + byD * d[j]);
    }
  }
}
