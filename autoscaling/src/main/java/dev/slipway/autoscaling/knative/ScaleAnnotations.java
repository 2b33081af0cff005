package dev.slipway.autoscaling.knative;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The annotations of a revision that say how it scales: `autoscaling.knative.dev/...`.
///
/// Most have a second, camel-case spelling; where both are given the first one holds. See
/// knative/serving `pkg/apis/autoscaling/register.go`.
public enum ScaleAnnotations {
  CLASS("class"),
  METRIC("metric"),
  TARGET("target"),
  TARGET_UTILIZATION("target-utilization-percentage", "targetUtilizationPercentage"),
  MIN_SCALE("min-scale", "minScale"),
  MAX_SCALE("max-scale", "maxScale"),
  INITIAL_SCALE("initial-scale", "initialScale"),
  ACTIVATION_SCALE("activation-scale"),
  SCALE_DOWN_DELAY("scale-down-delay", "scaleDownDelay"),
  WINDOW("window"),
  PANIC_WINDOW("panic-window-percentage", "panicWindowPercentage"),
  PANIC_THRESHOLD("panic-threshold-percentage", "panicThresholdPercentage"),
  POD_RETENTION("scale-to-zero-pod-retention-period", "scaleToZeroPodRetentionPeriod"),
  TARGET_BURST_CAPACITY("target-burst-capacity", "targetBurstCapacity"),
  AGGREGATION("metric-aggregation-algorithm", "metricAggregationAlgorithm");

  /// What stands before each name.
  public static final String GROUP = "autoscaling.knative.dev/";

  /// The class of the Knative pod autoscaler.
  public static final String KPA = "kpa.autoscaling.knative.dev";

  /// The class that makes a HorizontalPodAutoscaler.
  public static final String HPA = "hpa.autoscaling.knative.dev";

  /// How long a revision may take to become ready, on the revision; outside this group.
  public static final String PROGRESS_DEADLINE = "serving.knative.dev/progress-deadline";

  public static final String CONCURRENCY = "concurrency";
  public static final String RPS = "rps";

  /// The least a target may be.
  public static final double TARGET_MIN = 0.01;

  public static final Duration WINDOW_MIN = Duration.ofSeconds(6);
  public static final Duration WINDOW_MAX = Duration.ofHours(1);

  @SuppressWarnings("ImmutableEnumChecker") // List.of is
  private final List<String> keys;

  ScaleAnnotations(String... names) {
    this.keys = List.of(names).stream().map(GROUP::concat).toList();
  }

  /// The full key, in the spelling that is documented.
  public String key() {
    return keys.getFirst();
  }

  /// The entry among `annotations`, under whichever spelling it has.
  public Optional<Entry> in(Map<String, String> annotations) {
    for (String key : keys) {
      String value = annotations.get(key);
      if (value != null) {
        return Optional.of(new Entry(key, value));
      }
    }
    return Optional.empty();
  }

  /// An annotation as found.
  public record Entry(String key, String value) {}
}
