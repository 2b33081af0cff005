package dev.slipway.engines.text;

/// Numbers as shares of one.
final class Softmax {
  private Softmax() {}

  /// In place.
  static void of(float[] row) {
    of(row, 0, row.length);
  }

  /// Of a stretch, in place.
  static void of(float[] values, int from, int to) {
    float most = Float.NEGATIVE_INFINITY;
    for (int i = from; i < to; i++) {
      most = Math.max(most, values[i]);
    }
    double sum = 0;
    for (int i = from; i < to; i++) {
      sum += Math.exp(values[i] - most);
    }
    for (int i = from; i < to; i++) {
      values[i] = (float) (Math.exp(values[i] - most) / sum);
    }
  }
}
