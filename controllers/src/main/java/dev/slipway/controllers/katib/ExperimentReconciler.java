package dev.slipway.controllers.katib;

import dev.slipway.api.katib.Katib;
import dev.slipway.control.Kind;
import dev.slipway.control.Observed;
import dev.slipway.control.Plan;
import dev.slipway.control.Reconciler;
import dev.slipway.control.Resource;
import java.util.Set;

/// Keeps an Experiment's Suggestion, and a Trial for each set of parameters that it answers, as
/// many at a time as the experiment allows.
///
/// Source: `pkg/controller.v1beta1/experiment/experiment_controller.go`.
final class ExperimentReconciler implements Reconciler {
  @Override
  public Kind kind() {
    return KatibKinds.EXPERIMENT;
  }

  @Override
  public Set<Kind> children() {
    return Set.of(KatibKinds.SUGGESTION, KatibKinds.TRIAL);
  }

  @Override
  public String name() {
    return "experiment-controller";
  }

  @Override
  public Plan plan(Resource experiment, Observed observed) {
    var plan = new Plan().spare(KatibKinds.SUGGESTION).spare(KatibKinds.TRIAL);
    if (!experiment.deleting()) {
      new ExperimentStep(experiment, observed, plan).run();
    }
    return plan;
  }

  /// Whether an experiment has come to its end.
  static boolean isCompleted(Resource experiment) {
    return experiment.isTrue("Succeeded") || experiment.isTrue("Failed");
  }

  /// Whether its Suggestion is of no more use once it is completed.
  static boolean endsSuggestion(Resource experiment) {
    return isCompleted(experiment)
        && !experiment.text("spec", "resumePolicy").equals(Katib.LONG_RUNNING);
  }
}
