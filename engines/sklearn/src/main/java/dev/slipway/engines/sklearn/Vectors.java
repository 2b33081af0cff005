package dev.slipway.engines.sklearn;

/// Arithmetic of rows in flat arrays.
public final class Vectors {
  private Vectors() {}

  /// The inner product of `count` elements from `a[from]` and `b[start]`. Four sums run side by
  /// side, so the last bits differ from one long sum.
  public static double dot(double[] a, int from, double[] b, int start, int count) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    int i = 0;
    for (; i + 3 < count; i += 4) {
      s0 += a[from + i] * b[start + i];
      s1 += a[from + i + 1] * b[start + i + 1];
      s2 += a[from + i + 2] * b[start + i + 2];
      s3 += a[from + i + 3] * b[start + i + 3];
    }
    for (; i < count; i++) {
      s0 += a[from + i] * b[start + i];
    }
    return (s0 + s1) + (s2 + s3);
  }

  /// The squared Euclidean distance of `count` elements, summed in order.
  public static double squaredDistance(double[] a, int from, double[] b, int start, int count) {
    double sum = 0;
    for (int i = 0; i < count; i++) {
      double difference = a[from + i] - b[start + i];
      sum += difference * difference;
    }
    return sum;
  }

  /// Position of the first largest of `count` elements from `values[from]`; that of the first NaN,
  /// if there is one, as numpy has it.
  public static int argmax(double[] values, int from, int count) {
    int best = 0;
    for (int i = 0; i < count; i++) {
      if (Double.isNaN(values[from + i])) {
        return i;
      }
      if (values[from + i] > values[from + best]) {
        best = i;
      }
    }
    return best;
  }

  /// [#argmax(double[], int, int)] of each row.
  public static int[] argmax(Matrix scores) {
    var best = new int[scores.rows()];
    for (int row = 0; row < best.length; row++) {
      best[row] = argmax(scores.values(), row * scores.columns(), scores.columns());
    }
    return best;
  }

  /// As [#argmax(Matrix)], for the smallest.
  public static int[] argmin(Matrix scores) {
    var best = new int[scores.rows()];
    for (int row = 0; row < best.length; row++) {
      int from = row * scores.columns();
      for (int i = 1; i < scores.columns(); i++) {
        if (scores.values()[from + i] < scores.values()[from + best[row]]) {
          best[row] = i;
        }
      }
    }
    return best;
  }

  /// `a bᵀ`: the inner products of the rows of `a` with those of `b`.
  public static Matrix timesTransposed(Matrix a, Matrix b) {
    var target = Matrix.zeros(a.rows(), b.rows());
    for (int i = 0; i < a.rows(); i++) {
      for (int j = 0; j < b.rows(); j++) {
        target.values()[i * b.rows() + j] =
            dot(a.values(), i * a.columns(), b.values(), j * b.columns(), a.columns());
      }
    }
    return target;
  }

  /// `a - means`, row by row, as a new matrix.
  public static Matrix centred(Matrix a, double[] means) {
    var target = Matrix.zeros(a.rows(), a.columns());
    for (int i = 0; i < target.values().length; i++) {
      target.values()[i] = a.values()[i] - means[i % a.columns()];
    }
    return target;
  }
}
