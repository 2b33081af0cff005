package dev.slipway.tuning.space;

import dev.slipway.tuning.Study;
import java.util.SplittableRandom;

/// Where chance comes from: the study's seed (`random_state` before the experiment's own) and the
/// number of trials there are, so that each question of a study draws afresh and the same question
/// draws the same.
public final class Seeds {

  private Seeds() {}

  /// The seed of the whole study.
  public static long of(Study study) {
    return Settings.of(study).number("random_state").isPresent()
        ? (long) Settings.of(study).number("random_state").getAsDouble()
        : study.seed();
  }

  /// A generator for one purpose within a study.
  ///
  /// @param step what this draw is of: the number of trials, a generation
  public static SplittableRandom random(Study study, long step) {
    return new SplittableRandom(mix(of(study), step));
  }

  /// Two numbers as one, spread over all bits (the finalizer of SplitMix64).
  public static long mix(long seed, long step) {
    long z = seed * 0x9E3779B97F4A7C15L + (step + 1) * 0xD1B54A32D192ED03L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
