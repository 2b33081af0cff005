package dev.slipway.tuning;

/// When to stop a running trial: once `startStep` values of `metric` were reported and the best so
/// far compares so with `value`. Where a trial has several rules, all must hold.
///
/// @param startStep reports to wait for; 0 for none
public record StoppingRule(String metric, double value, Comparison comparison, int startStep) {

  /// Katib's `comparison`.
  public enum Comparison {
    EQUAL,
    LESS,
    GREATER
  }
}
