package dev.slipway.tuning.stopping;

import dev.slipway.tuning.StoppingRule;
import dev.slipway.tuning.Study;

/// What the ways of stopping share.
final class Rungs {

  private Rungs() {}

  /// How a value compares that is worse.
  static StoppingRule.Comparison worse(Study study) {
    return study.goal().maximize() ? StoppingRule.Comparison.LESS : StoppingRule.Comparison.GREATER;
  }

  /// Of sorted values, between neighbours where the share falls there.
  static double quantile(double[] sorted, double share) {
    double at = share * (sorted.length - 1);
    int below = (int) at;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
  }
}
