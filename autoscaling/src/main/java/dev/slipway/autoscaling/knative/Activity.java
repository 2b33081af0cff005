package dev.slipway.autoscaling.knative;

import java.time.Duration;
import java.time.Instant;

/// The condition `Active` of a PodAutoscaler.
///
/// @param since when the status last changed
public record Activity(Status status, Instant since, String reason, String message) {
  /// `True`, `Unknown` and `False` of the condition.
  public enum Status {
    ACTIVE,
    ACTIVATING,
    INACTIVE
  }

  /// Of a new revision.
  public static Activity starting(Instant now) {
    return new Activity(Status.ACTIVATING, now, "", "");
  }

  public boolean is(Status other) {
    return status == other;
  }

  public Duration lasted(Instant now) {
    return Duration.between(since, now);
  }

  Activity active(Instant now) {
    return become(Status.ACTIVE, now, "", "");
  }

  Activity queued(Instant now) {
    return become(
        Status.ACTIVATING,
        now,
        "Queued",
        "Requests to the target are being buffered as resources are provisioned.");
  }

  Activity noTraffic(Instant now) {
    return become(Status.INACTIVE, now, "NoTraffic", "The target is not receiving traffic.");
  }

  Activity timedOut(Instant now) {
    return become(Status.INACTIVE, now, "TimedOut", "The target could not be activated.");
  }

  private Activity become(Status next, Instant now, String why, String text) {
    return new Activity(next, next == status ? since : now, why, text);
  }
}
