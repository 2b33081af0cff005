package dev.slipway.inference.tensor;

import java.util.Arrays;

/// Arithmetic of shapes.
public final class Shapes {
  private Shapes() {}

  /// The product of the dimensions; 1 for none.
  ///
  /// @throws IllegalArgumentException if a dimension is negative or the product exceeds 2^31 - 1
  public static int size(long... shape) {
    long size = 1;
    for (long dimension : shape) {
      if (dimension < 0) {
        throw new IllegalArgumentException("negative dimension in " + Arrays.toString(shape));
      }
      if (dimension != 0 && size > Integer.MAX_VALUE / dimension) {
        throw new IllegalArgumentException("too many elements in " + Arrays.toString(shape));
      }
      size *= dimension;
    }
    return (int) size;
  }
}
