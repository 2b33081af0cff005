package dev.slipway.engines.sklearn.neighbors;

import dev.slipway.engines.sklearn.Vectors;

/// Distances without a reduced form.
final class OtherDistances {
  private OtherDistances() {}

  static double cosine(double[] a, int from, double[] b, int start, int count) {
    double lengths =
        Math.sqrt(Vectors.dot(a, from, a, from, count))
            * Math.sqrt(Vectors.dot(b, start, b, start, count));
    return lengths == 0 ? 1 : 1 - Vectors.dot(a, from, b, start, count) / lengths;
  }

  static double hamming(double[] a, int from, double[] b, int start, int count) {
    int different = 0;
    for (int i = 0; i < count; i++) {
      different += a[from + i] == b[start + i] ? 0 : 1;
    }
    return (double) different / count;
  }

  static double canberra(double[] a, int from, double[] b, int start, int count) {
    double sum = 0;
    for (int i = 0; i < count; i++) {
      double size = Math.abs(a[from + i]) + Math.abs(b[start + i]);
      sum += size == 0 ? 0 : Math.abs(a[from + i] - b[start + i]) / size;
    }
    return sum;
  }

  static double brayCurtis(double[] a, int from, double[] b, int start, int count) {
    double above = 0;
    double below = 0;
    for (int i = 0; i < count; i++) {
      above += Math.abs(a[from + i] - b[start + i]);
      below += Math.abs(a[from + i]) + Math.abs(b[start + i]);
    }
    return below == 0 ? 0 : above / below;
  }
}
