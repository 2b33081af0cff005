package dev.slipway.controllers.katib;

import dev.slipway.api.katib.Katib;
import dev.slipway.base.Json;
import dev.slipway.control.Kind;
import dev.slipway.control.Observed;
import dev.slipway.control.Plan;
import dev.slipway.control.Reconciler;
import dev.slipway.control.Resource;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Runs a Trial's job, and says how it ended and what was observed of it.
///
/// Source: `pkg/controller.v1beta1/trial/trial_controller.go`. What a deleted trial reported is
/// forgotten while planning, before its finalizer goes.
final class TrialReconciler implements Reconciler {
  private final Observations observations;

  TrialReconciler(Observations observations) {
    this.observations = observations;
  }

  @Override
  public Kind kind() {
    return KatibKinds.TRIAL;
  }

  @Override
  public Set<Kind> children() {
    return Set.of();
  }

  @Override
  public String name() {
    return "trial-controller";
  }

  @Override
  public Plan plan(Resource trial, Observed observed) {
    var plan = new Plan();
    boolean held = isHeld(trial);
    if (trial.deleting()) {
      if (held) {
        observations.delete(trial.namespace(), trial.name());
        plan.primary(withFinalizer(trial, false));
      }
      return plan;
    }
    if (!held) {
      plan.primary(withFinalizer(trial, true));
    }
    new TrialStep(trial, observed, observations, plan).run();
    return plan;
  }

  private static boolean isHeld(Resource trial) {
    for (JsonNode each : trial.at("metadata", "finalizers")) {
      if (each.asString("").equals(Katib.METRICS_FINALIZER)) {
        return true;
      }
    }
    return false;
  }

  private static ObjectNode withFinalizer(Resource trial, boolean wanted) {
    ObjectNode changed = trial.copy();
    ArrayNode kept = Json.array();
    for (JsonNode each : trial.at("metadata", "finalizers")) {
      if (!each.asString("").equals(Katib.METRICS_FINALIZER)) {
        kept.add(each);
      }
    }
    if (wanted) {
      kept.add(Katib.METRICS_FINALIZER);
    }
    Json.ensureObject(changed, "metadata").set("finalizers", kept);
    return changed;
  }
}
