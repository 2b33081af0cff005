package dev.slipway.autoscaling.hpa;

import java.time.Duration;

/// Settings of the controller, the flags of kube-controller-manager.
///
/// @param tolerance `--horizontal-pod-autoscaler-tolerance`
/// @param cpuInitialization how long after its start a pod's CPU counts only while it is ready
/// @param initialReadinessDelay a pod not ready since within this time of its start never was
/// @param downStabilization how far back recommendations hold a decrease where no behavior says so
public record HpaSettings(
    double tolerance,
    Duration cpuInitialization,
    Duration initialReadinessDelay,
    Duration downStabilization) {
  /// How often an autoscaler is decided.
  public static final Duration PERIOD = Duration.ofSeconds(15);

  public static final HpaSettings DEFAULT =
      new HpaSettings(0.1, Duration.ofMinutes(5), Duration.ofSeconds(30), Duration.ofMinutes(5));
}
