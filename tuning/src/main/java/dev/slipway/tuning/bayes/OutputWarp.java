package dev.slipway.tuning.bayes;

import java.util.Arrays;
import java.util.List;

/// How losses are bent before a Gaussian process sees them: not at all, or to logarithms of their
/// distance from (a little below) the best, so that a few huge losses do not hide the differences
/// that matter. Then they are moved to mean 0 and deviation 1.
///
/// @param offset added to the distance from the best before its logarithm is taken; infinite for no
/// bending
record OutputWarp(double least, double offset) {

  /// The bends to choose from, by likelihood.
  static List<OutputWarp> candidates(double[] losses) {
    double[] sorted = losses.clone();
    Arrays.sort(sorted);
    double least = sorted[0];
    double half = sorted[sorted.length / 2] - least;
    double quarter = sorted[sorted.length / 4] - least;
    OutputWarp none = new OutputWarp(least, Double.POSITIVE_INFINITY);
    if (!(quarter > 0)) {
      return List.of(none);
    }
    return List.of(none, new OutputWarp(least, half), new OutputWarp(least, 0.2 * quarter));
  }

  /// Bent and standardised losses, and the logarithm of the determinant of the map there: what a
  /// likelihood of the bent losses must be given to be one of the losses.
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Bent(double[] losses, double logDeterminant) {}

  Bent bend(double[] losses) {
    double[] bent = new double[losses.length];
    double logDeterminant = 0;
    for (int i = 0; i < bent.length; i++) {
      if (Double.isInfinite(offset)) {
        bent[i] = losses[i] - least;
      } else {
        bent[i] = Math.log(losses[i] - least + offset);
        logDeterminant -= bent[i];
      }
    }
    double mean = Arrays.stream(bent).average().orElse(0);
    double squares = 0;
    for (double each : bent) {
      squares += (each - mean) * (each - mean);
    }
    double deviation = squares > 0 ? Math.sqrt(squares / bent.length) : 1;
    for (int i = 0; i < bent.length; i++) {
      bent[i] = (bent[i] - mean) / deviation;
    }
    return new Bent(bent, logDeterminant - bent.length * Math.log(deviation));
  }
}
