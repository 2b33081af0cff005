package dev.slipway.engines.sklearn;

/// Scores as probabilities. All of them give new matrices.
public final class Likelihoods {
  private Likelihoods() {}

  /// `1 / (1 + exp(-x))`.
  public static double logistic(double x) {
    if (x >= 0) {
      return 1 / (1 + Math.exp(-x));
    }
    double e = Math.exp(x);
    return e / (1 + e);
  }

  /// `exp(x) / sum(exp(x))` of each row.
  public static Matrix softmax(Matrix scores) {
    int columns = scores.columns();
    var target = Matrix.zeros(scores.rows(), columns);
    for (int row = 0; row < scores.rows(); row++) {
      softmax(scores.values(), target.values(), row * columns, columns);
    }
    return target;
  }

  private static void softmax(double[] source, double[] target, int from, int count) {
    double largest = Double.NEGATIVE_INFINITY;
    for (int i = from; i < from + count; i++) {
      largest = Math.max(largest, source[i]);
    }
    double sum = 0;
    for (int i = from; i < from + count; i++) {
      target[i] = Math.exp(source[i] - largest);
      sum += target[i];
    }
    for (int i = from; i < from + count; i++) {
      target[i] /= sum;
    }
  }

  /// The logistic of one score a row as two columns, `1 - p` and `p`; of several, each on its own
  /// and then divided by their sum.
  public static Matrix oneVersusRest(Matrix scores) {
    if (scores.columns() == 1) {
      var both = Matrix.zeros(scores.rows(), 2);
      for (int row = 0; row < scores.rows(); row++) {
        double p = logistic(scores.values()[row]);
        both.values()[2 * row] = 1 - p;
        both.values()[2 * row + 1] = p;
      }
      return both;
    }
    var target = Matrix.zeros(scores.rows(), scores.columns());
    for (int i = 0; i < target.values().length; i++) {
      target.values()[i] = logistic(scores.values()[i]);
    }
    return normalised(target);
  }

  /// Divides each row by its sum, in place; a row of zeros becomes equal parts.
  public static Matrix normalised(Matrix parts) {
    int columns = parts.columns();
    var values = parts.values();
    for (int from = 0; from < values.length; from += columns) {
      double sum = 0;
      for (int i = from; i < from + columns; i++) {
        sum += values[i];
      }
      for (int i = from; i < from + columns; i++) {
        values[i] = sum == 0 ? 1.0 / columns : values[i] / sum;
      }
    }
    return parts;
  }

  /// `log(sum(exp(x)))` of `count` elements.
  public static double logSumExp(double[] values, int from, int count) {
    double largest = Double.NEGATIVE_INFINITY;
    for (int i = from; i < from + count; i++) {
      largest = Math.max(largest, values[i]);
    }
    if (Double.isInfinite(largest)) {
      return largest;
    }
    double sum = 0;
    for (int i = from; i < from + count; i++) {
      sum += Math.exp(values[i] - largest);
    }
    return largest + Math.log(sum);
  }
}
