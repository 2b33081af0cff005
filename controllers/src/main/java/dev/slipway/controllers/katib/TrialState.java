package dev.slipway.controllers.katib;

import dev.slipway.control.Resource;
import dev.slipway.tuning.Trial.State;

/// Where a Trial stands, by its conditions. Pure.
final class TrialState {
  private TrialState() {}

  static State of(Resource trial) {
    if (trial.isTrue("Killed")) {
      return State.KILLED;
    }
    if (trial.isTrue("Failed")) {
      return State.FAILED;
    }
    if (trial.isTrue("Succeeded")) {
      return State.SUCCEEDED;
    }
    if (trial.isTrue("EarlyStopped")) {
      return State.EARLY_STOPPED;
    }
    if (trial.isTrue("Running")) {
      return State.RUNNING;
    }
    return trial.isTrue("MetricsUnavailable") ? State.METRICS_UNAVAILABLE : State.CREATED;
  }

  static boolean isActive(Resource trial) {
    return switch (of(trial)) {
      case CREATED, RUNNING -> true;
      case SUCCEEDED, KILLED, FAILED, METRICS_UNAVAILABLE, EARLY_STOPPED -> false;
    };
  }

  /// Whether it was stopped early and its observation is still missing.
  static boolean awaitsObservation(Resource trial) {
    return trial.isTrue("EarlyStopped")
        && !Summary.isAvailable(trial.spec().path("objective"), trial.status().path("observation"));
  }
}
