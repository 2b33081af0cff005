package dev.slipway.engines.sklearn;

/// Scores, or values, of rows.
@FunctionalInterface
public interface RowScores {
  /// @return one row for each of `x`
  Matrix of(Frame x);
}
