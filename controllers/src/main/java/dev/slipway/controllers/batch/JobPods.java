package dev.slipway.controllers.batch;

import dev.slipway.base.Json;
import dev.slipway.control.Plan;
import dev.slipway.control.Resource;
import dev.slipway.controllers.apps.Pods;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.OptionalInt;
import tools.jackson.databind.JsonNode;

/// What a Job reads of its pods, and how they are let go once they are counted.
final class JobPods {
  /// A pod that bears this is not counted yet.
  static final String TRACKING = "batch.kubernetes.io/job-tracking";

  static final String INDEX = "batch.kubernetes.io/job-completion-index";
  static final String INDEX_FAILURES = "batch.kubernetes.io/job-index-failure-count";
  static final String INDEX_IGNORED = "batch.kubernetes.io/job-index-ignored-failure-count";

  private JobPods() {}

  static boolean tracked(Resource pod) {
    for (var each : pod.at("metadata", "finalizers")) {
      if (each.asString("").equals(TRACKING)) {
        return true;
      }
    }
    return false;
  }

  static boolean succeeded(Resource pod) {
    return Pods.phase(pod).equals("Succeeded");
  }

  /// On its way out and not at its end.
  static boolean terminating(Resource pod) {
    return pod.deleting() && !Pods.finished(pod);
  }

  /// Also what was deleted before it could fail, unless its place is held until then.
  static boolean failed(Resource pod, JobSpec spec) {
    if (Pods.phase(pod).equals("Failed")) {
      return true;
    }
    return !spec.replacesFailedOnly() && pod.deleting() && !succeeded(pod);
  }

  static OptionalInt index(Resource pod) {
    int index = Indexes.number(pod.annotation(INDEX));
    return index < 0 ? OptionalInt.empty() : OptionalInt.of(index);
  }

  /// Failures of its index before this pod.
  static int indexFailures(Resource pod) {
    return Math.max(0, Indexes.number(pod.annotation(INDEX_FAILURES)));
  }

  static int indexIgnored(Resource pod) {
    return Math.max(0, Indexes.number(pod.annotation(INDEX_IGNORED)));
  }

  /// When it ended, as well as can be told: its containers' end, else when it was no longer ready,
  /// else when it was deleted.
  static Optional<Instant> ended(Resource pod) {
    return containersEnd(pod)
        .or(
            () ->
                pod.condition("Ready").equals("False")
                    ? instant(Json.text(pod.conditionNode("Ready"), "lastTransitionTime"))
                    : Optional.empty())
        .or(
            () ->
                instant(pod.text("metadata", "deletionTimestamp"))
                    .map(
                        at ->
                            at.minusSeconds(
                                pod.at("metadata", "deletionGracePeriodSeconds").asLong(0))));
  }

  private static Optional<Instant> containersEnd(Resource pod) {
    Optional<Instant> last = Optional.empty();
    for (JsonNode each : pod.status().path("containerStatuses")) {
      var end = instant(Json.text(each, "state", "terminated", "finishedAt"));
      if (end.isEmpty()) {
        return Optional.empty();
      }
      last = last.filter(before -> before.isAfter(end.get())).or(() -> end);
    }
    return last;
  }

  private static Optional<Instant> instant(String text) {
    try {
      return text.isEmpty() ? Optional.empty() : Optional.of(Instant.parse(text));
    } catch (DateTimeParseException _) {
      return Optional.empty();
    }
  }

  /// Takes the mark off, so that the pod may go.
  static void letGo(Resource pod, Plan plan) {
    var left = Json.array();
    for (var each : pod.at("metadata", "finalizers")) {
      if (!each.asString("").equals(TRACKING)) {
        left.add(each);
      }
    }
    var patch = Json.object();
    var metadata = patch.putObject("metadata");
    if (left.isEmpty()) {
      metadata.putNull("finalizers");
    } else {
      metadata.set("finalizers", left);
    }
    plan.change(pod.key(), "", patch);
  }
}
