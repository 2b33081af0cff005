package dev.slipway.tuning;

/// How values of a numeric parameter are drawn; Katib's `feasibleSpace.distribution`.
///
/// `NORMAL` and `LOG_NORMAL` have their mean in the middle of the range (of its logarithms) and a
/// sixth of the range as standard deviation.
public enum Distribution {
  UNIFORM,
  LOG_UNIFORM,
  NORMAL,
  LOG_NORMAL
}
