package dev.slipway.engines.text;

/// Rows of numbers one behind the other.
final class Rows {
  private Rows() {}

  static float[] joined(float[][] rows, int width) {
    var all = new float[rows.length * width];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(rows[i], 0, all, i * width, width);
    }
    return all;
  }
}
