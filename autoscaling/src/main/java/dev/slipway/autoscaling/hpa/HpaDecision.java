package dev.slipway.autoscaling.hpa;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/// What an autoscaler decided.
///
/// @param replicas `desiredReplicas` of the status
/// @param rescale whether the workload is to be changed to it
/// @param reason why, for the event `SuccessfulRescale`: `New size: 3; reason: ...`
/// @param conditions those that were judged; others stay as they were
/// @param metrics what was measured, in the order of the spec; without those that failed
/// @param error what could not be measured, for the event `FailedComputeMetricsReplicas`
/// @param state for the next decision, once the change was applied
/// @param stateIfRefused for the next decision, if the change could not be applied
public record HpaDecision(
    int replicas,
    boolean rescale,
    String reason,
    List<Condition> conditions,
    List<Current> metrics,
    Optional<String> error,
    HpaState state,
    HpaState stateIfRefused) {
  public static final String ABLE_TO_SCALE = "AbleToScale";
  public static final String SCALING_ACTIVE = "ScalingActive";
  public static final String SCALING_LIMITED = "ScalingLimited";

  public record Condition(String type, boolean status, String reason, String message) {}

  /// `status.currentMetrics`.
  ///
  /// @param metric its place in the spec
  /// @param percent of what the pods request
  /// @param averageMilli for each pod, in thousandths
  /// @param valueMilli in all, in thousandths
  public record Current(
      int metric, OptionalInt percent, OptionalLong averageMilli, OptionalLong valueMilli) {
    static Current utilization(int metric, int percent, long averageMilli) {
      return new Current(
          metric, OptionalInt.of(percent), OptionalLong.of(averageMilli), OptionalLong.empty());
    }

    static Current average(int metric, long milli) {
      return new Current(metric, OptionalInt.empty(), OptionalLong.of(milli), OptionalLong.empty());
    }

    static Current value(int metric, long milli) {
      return new Current(metric, OptionalInt.empty(), OptionalLong.empty(), OptionalLong.of(milli));
    }
  }

  public HpaDecision {
    conditions = List.copyOf(conditions);
    metrics = List.copyOf(metrics);
  }
}
