package dev.slipway.autoscaling.hpa;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/// What an autoscaler is asked to do. Quantities are in thousandths, as Kubernetes counts them.
///
/// @param minReplicas 1 where nothing is said; 0 lets it go to zero
/// @param behavior empty: the limits of before behaviors, [HpaSettings#downStabilization] included
public record HpaSpec(
    int minReplicas, int maxReplicas, List<Metric> metrics, Optional<Behavior> behavior) {
  public HpaSpec {
    metrics = List.copyOf(metrics);
  }

  /// What is measured, and how much of it is meant to be.
  public sealed interface Metric {
    /// `cpu`, `memory`, ... of whole pods.
    record Resource(String resource, Target target) implements Metric {}

    /// The same of one container in each pod.
    record ContainerResource(String resource, String container, Target target) implements Metric {}

    /// A figure each pod has; the target is for their average.
    record Pods(String name, Target.AverageValue target) implements Metric {}

    /// A figure of one other object, of kind `kind`.
    record OfObject(String name, String kind, Target target) implements Metric {}

    /// A figure from outside the cluster.
    ///
    /// @param selector as messages show it; `nil` for none
    record External(String name, String selector, Target target) implements Metric {}
  }

  /// How much is meant to be.
  public sealed interface Target {
    /// Percent of what the pods request.
    record Utilization(int percent) implements Target {}

    /// For each pod.
    record AverageValue(long milli) implements Target {}

    /// In all.
    record Value(long milli) implements Target {}
  }

  /// How fast it may change, in either direction.
  public record Behavior(Rules up, Rules down) {
    /// What holds for each part of a behavior that says nothing.
    public static final Behavior DEFAULT =
        new Behavior(
            new Rules(
                Duration.ZERO,
                Select.MAX,
                List.of(
                    new Policy(PolicyType.PODS, 4, Duration.ofSeconds(15)),
                    new Policy(PolicyType.PERCENT, 100, Duration.ofSeconds(15))),
                OptionalDouble.empty()),
            new Rules(
                Duration.ofMinutes(5),
                Select.MAX,
                List.of(new Policy(PolicyType.PERCENT, 100, Duration.ofSeconds(15))),
                OptionalDouble.empty()));
  }

  /// @param stabilization how far back recommendations hold a change of this direction
  /// @param tolerance how far the load may be off before anything changes; empty: the controller's
  public record Rules(
      Duration stabilization, Select select, List<Policy> policies, OptionalDouble tolerance) {
    public Rules {
      policies = List.copyOf(policies);
    }
  }

  /// Which of several policies holds: the one that allows most, or least; or no change at all.
  public enum Select {
    MAX,
    MIN,
    DISABLED
  }

  public enum PolicyType {
    PODS,
    PERCENT
  }

  /// At most `value` pods, or percent of them, within `period`.
  public record Policy(PolicyType type, int value, Duration period) {}
}
