package dev.slipway.inference.trees;

/// Where a split sends a value that is not there.
public enum Missing {
  /// NaN goes left.
  LEFT,
  /// NaN goes right.
  RIGHT,
  /// NaN is taken for 0 (LightGBM's `missing_type` None).
  AS_ZERO,
  /// NaN and zero, that is any value within [#ZERO_LIMIT] of it, go left (LightGBM's
  /// `missing_type` Zero).
  ZERO_LEFT,
  /// NaN and zero go right.
  ZERO_RIGHT;

  /// Largest magnitude that counts as zero: LightGBM's `kZeroThreshold`, a float.
  public static final double ZERO_LIMIT = 1e-35f;

  boolean zero() {
    return this == ZERO_LEFT || this == ZERO_RIGHT;
  }
}
