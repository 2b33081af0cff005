package dev.slipway.controllers.katib;

import dev.slipway.base.Json;
import dev.slipway.control.Resource;
import dev.slipway.tuning.Trial.State;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// How many trials of an experiment stand where, and the best of them. Pure.
///
/// Source: `updateTrialsSummary` in `pkg/controller.v1beta1/experiment/util/status_util.go`.
final class TrialCounts {
  private final Map<State, List<String>> names = new EnumMap<>(State.class);
  private final int total;
  private Optional<Resource> best = Optional.empty();
  private OptionalDouble bestValue = OptionalDouble.empty();

  /// @param objective `spec.objective` of the experiment
  /// @param trials by name
  TrialCounts(JsonNode objective, List<Resource> trials) {
    for (State each : State.values()) {
      names.put(each, new java.util.ArrayList<>());
    }
    this.total = trials.size();
    boolean maximize = Json.text(objective, "type").equals("maximize");
    for (Resource each : trials) {
      names.getOrDefault(TrialState.of(each), List.of()).add(each.name());
      Summary.objective(each.spec().path("objective"), each.status().path("observation"))
          .ifPresent(value -> consider(each, value, maximize));
    }
  }

  /// Of values that are no numbers the last counts, as long as none is a number.
  private void consider(Resource trial, String text, boolean maximize) {
    OptionalDouble value = Summary.number(text);
    if (value.isEmpty()) {
      best = bestValue.isPresent() ? best : Optional.of(trial);
    } else if (bestValue.isEmpty()
        || (maximize
            ? value.getAsDouble() > bestValue.getAsDouble()
            : value.getAsDouble() < bestValue.getAsDouble())) {
      best = Optional.of(trial);
      bestValue = value;
    }
  }

  int of(State state) {
    return names.getOrDefault(state, List.of()).size();
  }

  int active() {
    return of(State.CREATED) + of(State.RUNNING);
  }

  /// Those that ended, but for those without metrics: they are replaced.
  int completed() {
    return of(State.SUCCEEDED) + of(State.FAILED) + of(State.KILLED) + of(State.EARLY_STOPPED);
  }

  int unavailable() {
    return of(State.METRICS_UNAVAILABLE);
  }

  boolean reaches(JsonNode objective) {
    JsonNode goal = objective.path("goal");
    if (!goal.isNumber() || bestValue.isEmpty()) {
      return false;
    }
    return Json.text(objective, "type").equals("maximize")
        ? bestValue.getAsDouble() >= goal.asDouble()
        : bestValue.getAsDouble() <= goal.asDouble();
  }

  /// Writes lists, counters and `currentOptimalTrial`; what is empty is left out.
  void write(ObjectNode status) {
    list(status, "runningTrialList", "trialsRunning", State.RUNNING);
    list(status, "pendingTrialList", "trialsPending", State.CREATED);
    list(status, "failedTrialList", "trialsFailed", State.FAILED);
    list(status, "succeededTrialList", "trialsSucceeded", State.SUCCEEDED);
    list(status, "killedTrialList", "trialsKilled", State.KILLED);
    list(status, "earlyStoppedTrialList", "trialsEarlyStopped", State.EARLY_STOPPED);
    list(
        status,
        "metricsUnavailableTrialList",
        "trialMetricsUnavailable",
        State.METRICS_UNAVAILABLE);
    number(status, "trials", total);
    best.ifPresent(each -> status.set("currentOptimalTrial", optimal(each)));
  }

  private void list(ObjectNode status, String list, String counter, State state) {
    status.remove(list);
    int count = of(state);
    if (count > 0) {
      ArrayNode array = status.putArray(list);
      names.getOrDefault(state, List.of()).forEach(array::add);
    }
    number(status, counter, count);
  }

  private static void number(ObjectNode status, String field, int count) {
    status.remove(field);
    if (count > 0) {
      status.put(field, count);
    }
  }

  private static ObjectNode optimal(Resource trial) {
    ObjectNode optimal = Json.object().put("bestTrialName", trial.name());
    optimal.set("parameterAssignments", trial.spec().path("parameterAssignments").deepCopy());
    optimal
        .putObject("observation")
        .set("metrics", trial.at("status", "observation", "metrics").deepCopy());
    return optimal;
  }
}
