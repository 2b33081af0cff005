package dev.slipway.controllers.katib;

import dev.slipway.control.Reconciler;
import java.util.List;

/// All reconcilers of Katib, and of the job that Kubeflow Trainer has for the same.
public final class KatibControllers {
  private KatibControllers() {}

  /// @param observations what trials report; a report of one has to have it planned for again
  /// @param elsewhere algorithms of other programs
  public static List<Reconciler> all(Observations observations, SuggestionService elsewhere) {
    return List.of(
        new ExperimentReconciler(),
        new SuggestionReconciler(observations, elsewhere),
        new TrialReconciler(observations),
        new OptimizationReconciler());
  }
}
