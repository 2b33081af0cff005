package dev.slipway.engines.sklearn.selection;

import java.util.Arrays;

/// numpy's statistics, to the last bit: a column is kept or not by comparing with them.
final class Statistics {
  private Statistics() {}

  /// `numpy.mean`.
  static double mean(double... values) {
    return sum(values, 0, values.length) / values.length;
  }

  /// `numpy.median`.
  static double median(double... values) {
    var sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /// `numpy.percentile`, interpolating linearly.
  static double percentile(double[] values, double percent) {
    var sorted = values.clone();
    Arrays.sort(sorted);
    double position = percent / 100 * (sorted.length - 1);
    int below = (int) Math.floor(position);
    double a = sorted[below];
    double b = sorted[Math.min(below + 1, sorted.length - 1)];
    double share = position - below;
    return share >= 0.5 ? b - (b - a) * (1 - share) : a + (b - a) * share;
  }

  /// `numpy.sum`: halves of halves down to 128 values, those in eight strands.
  static double sum(double[] values, int from, int count) {
    if (count < 8) {
      double sum = 0;
      for (int i = from; i < from + count; i++) {
        sum += values[i];
      }
      return sum;
    }
    if (count > 128) {
      int half = count / 2;
      half -= half % 8;
      return sum(values, from, half) + sum(values, from + half, count - half);
    }
    return strands(values, from, count);
  }

  private static double strands(double[] values, int from, int count) {
    var r = Arrays.copyOfRange(values, from, from + 8);
    int whole = count - count % 8;
    for (int i = 8; i < whole; i++) {
      r[i % 8] += values[from + i];
    }
    double sum = ((r[0] + r[1]) + (r[2] + r[3])) + ((r[4] + r[5]) + (r[6] + r[7]));
    for (int i = whole; i < count; i++) {
      sum += values[from + i];
    }
    return sum;
  }
}
