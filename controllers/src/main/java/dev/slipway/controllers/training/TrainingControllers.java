package dev.slipway.controllers.training;

import dev.slipway.api.training.TrainingKind;
import dev.slipway.control.Reconciler;
import java.util.Arrays;
import java.util.List;

/// The reconcilers of all training jobs.
public final class TrainingControllers {
  private TrainingControllers() {}

  public static List<Reconciler> all(TrainingSettings settings) {
    return Arrays.stream(TrainingKind.values())
        .<Reconciler>map(kind -> new TrainingReconciler(kind, settings))
        .toList();
  }
}
