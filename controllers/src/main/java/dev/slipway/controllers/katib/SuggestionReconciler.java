package dev.slipway.controllers.katib;

import dev.slipway.control.Kind;
import dev.slipway.control.Kinds;
import dev.slipway.control.Observed;
import dev.slipway.control.Plan;
import dev.slipway.control.Reconciler;
import dev.slipway.control.Resource;
import java.util.Set;

/// Asks an algorithm for as many sets of parameters as a Suggestion wants, and keeps the answers in
/// its status.
///
/// Algorithms of this program are pure and are asked while planning; one that runs elsewhere is
/// asked over the network then, and what it answered counts once the status is written.
///
/// Source: `pkg/controller.v1beta1/suggestion/suggestion_controller.go`.
final class SuggestionReconciler implements Reconciler {
  private final Observations observations;
  private final SuggestionService elsewhere;

  SuggestionReconciler(Observations observations, SuggestionService elsewhere) {
    this.observations = observations;
    this.elsewhere = elsewhere;
  }

  @Override
  public Kind kind() {
    return KatibKinds.SUGGESTION;
  }

  @Override
  public Set<Kind> children() {
    return Set.of(Kinds.DEPLOYMENT, Kinds.SERVICE, Kinds.CLAIM);
  }

  @Override
  public String name() {
    return "suggestion-controller";
  }

  @Override
  public Plan plan(Resource suggestion, Observed observed) {
    var plan = new Plan().spare(Kinds.CLAIM);
    if (suggestion.deleting()) {
      return plan.spare(Kinds.DEPLOYMENT).spare(Kinds.SERVICE);
    }
    var experiment =
        observed.find(KatibKinds.EXPERIMENT.key(suggestion.namespace(), suggestion.name()));
    if (experiment.isPresent()) {
      var world = new SuggestionStep.Around(experiment.get(), observed, observations, elsewhere);
      new SuggestionStep(suggestion, world, plan).run();
    }
    return plan;
  }
}
