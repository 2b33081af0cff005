package dev.slipway.autoscaling.hpa;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/// What was measured for one metric.
public sealed interface HpaReading {
  /// A figure for each pod that has one, by the pod's name.
  record OfPods(Map<String, Sample> pods) implements HpaReading {
    public OfPods {
      pods = Map.copyOf(pods);
    }
  }

  /// One figure, in thousandths; of several external ones their sum.
  record Total(long milli) implements HpaReading {}

  /// Nothing, and why: `unable to get metrics for resource cpu: ...`.
  record Failed(String error) implements HpaReading {}

  /// @param milli thousandths
  /// @param at when the window ended that it was measured over
  record Sample(long milli, Instant at, Duration window) {}
}
