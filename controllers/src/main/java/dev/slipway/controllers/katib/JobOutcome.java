package dev.slipway.controllers.katib;

import dev.slipway.base.Json;
import tools.jackson.databind.JsonNode;

/// How a trial's job stands, by the conditions that the trial names. Pure.
///
/// Source: `GetDeployedJobStatus` in `pkg/controller.v1beta1/trial/util/job_util.go`.
///
/// @param reason what the job's condition gave; may be empty
record JobOutcome(State state, String reason, String message) {
  enum State {
    RUNNING,
    SUCCEEDED,
    FAILED
  }

  /// Failure is looked for first.
  static JobOutcome of(JsonNode job, JsonNode trialSpec) {
    JsonNode failure = held(job, Json.text(trialSpec, "failureCondition"));
    if (failure.isObject()) {
      return told(State.FAILED, failure);
    }
    JsonNode success = held(job, Json.text(trialSpec, "successCondition"));
    return success.isObject()
        ? told(State.SUCCEEDED, success)
        : new JobOutcome(State.RUNNING, "", "");
  }

  /// A condition holds where its path leads to an object, or to a list that is not empty.
  private static JsonNode held(JsonNode job, String path) {
    JsonNode found = path.isEmpty() ? job.path("\0") : GjsonPath.find(job, path);
    if (!found.isArray()) {
      return found;
    }
    JsonNode first = found.path(0);
    return first.isObject() || first.isMissingNode() ? first : Json.object();
  }

  private static JobOutcome told(State state, JsonNode condition) {
    return new JobOutcome(state, Json.text(condition, "reason"), Json.text(condition, "message"));
  }

  /// A word of Katib's with the job's own behind it.
  String reason(String own) {
    return reason.isEmpty() ? own : own + ". Job reason: " + reason;
  }

  String message(String own) {
    return message.isEmpty() ? own : own + ". Job message: " + message;
  }
}
