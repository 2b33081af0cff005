package dev.slipway.api.trainer;

import dev.slipway.api.KindRules;
import java.time.InstantSource;
import java.util.List;

/// The rules of every kind in this package.
public final class TrainerRules {
  private TrainerRules() {}

  /// @param clock when a manager changed its patch
  public static List<KindRules> all(InstantSource clock) {
    return List.of(
        new TrainJobRules(clock),
        new RuntimeRules(Trainer.RUNTIME),
        new RuntimeRules(Trainer.CLUSTER_RUNTIME));
  }
}
