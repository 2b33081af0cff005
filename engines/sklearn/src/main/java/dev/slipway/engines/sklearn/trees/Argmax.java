package dev.slipway.engines.sklearn.trees;

/// numpy's `argmax` along the last axis: the first of the greatest, and NaN before all.
public final class Argmax {
  private Argmax() {}

  /// @param values rows of `width` each
  /// @param from where the part to look at begins in a row
  /// @param count of values to look at
  /// @return a position counted from `from`, for each row
  public static int[] rows(double[] values, int width, int from, int count) {
    var best = new int[values.length / width];
    for (int row = 0; row < best.length; row++) {
      best[row] = at(values, row * width + from, count);
    }
    return best;
  }

  static int at(double[] values, int offset, int count) {
    int best = 0;
    for (int i = 0; i < count; i++) {
      double value = values[offset + i];
      if (Double.isNaN(value)) {
        return i;
      }
      if (value > values[offset + best]) {
        best = i;
      }
    }
    return best;
  }
}
