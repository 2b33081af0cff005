package dev.slipway.tuning.bayes;

import dev.slipway.tuning.space.Normal;

/// What a point promises, the more the better, by what a model expects there (Jones et al. 1998;
/// Srinivas et al. 2010). Improvements and probabilities are logarithms, which have slopes where
/// the bare figures are 0 (Ament et al. 2023).
enum Acquisition {
  EI {
    @Override
    Promise of(double mean, double deviation, double best) {
      double z = (best - mean) / deviation;
      double slope = Normal.logImprovementSlope(z);
      return new Promise(
          Math.log(deviation) + Normal.logImprovement(z),
          -slope / deviation,
          (1 - slope * z) / deviation);
    }
  },
  PI {
    @Override
    Promise of(double mean, double deviation, double best) {
      double z = (best - MARGIN - mean) / deviation;
      double value = Normal.logCumulative(z);
      double slope = Math.exp(Math.log(Normal.density(0)) - 0.5 * z * z - value);
      return new Promise(value, -slope / deviation, -slope * z / deviation);
    }
  },
  LCB {
    @Override
    Promise of(double mean, double deviation, double best) {
      return new Promise(CONFIDENCE * deviation - mean, -1, CONFIDENCE);
    }
  };

  /// How much better than the best counts for `PI`, in deviations of all losses; as
  /// scikit-optimize.
  private static final double MARGIN = 0.01;

  /// How many deviations `LCB` reaches below the mean; as scikit-optimize.
  private static final double CONFIDENCE = 1.96;

  /// A promise, and how it changes with the model's mean and deviation.
  record Promise(double value, double byMean, double byDeviation) {}

  abstract Promise of(double mean, double deviation, double best);
}
