package dev.slipway.autoscaling.knative;

import dev.slipway.base.FieldPath;
import dev.slipway.base.Problem;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// The cluster's settings: the data of the ConfigMap `config-autoscaler`.
///
/// @param scalerClass who scales a revision that names no class
/// @param concurrencyUtilization share of the concurrency a pod may have that is aimed for, 0..1
/// @param concurrencyTotal requests in flight a pod may have where nothing else says so
/// @param rateTotal requests a second a pod may have where nothing else says so
/// @param targetBurstCapacity requests a revision should be able to take at once; -1: no limit
/// @param maxScale 0: no limit
/// @param maxScaleLimit the most a revision may ask for as its maximum; 0: no limit
/// @see <a href="https://github.com/knative/serving/blob/main/pkg/autoscaler/config/config.go">
/// knative/serving pkg/autoscaler/config/config.go</a>
public record AutoscalerConfig(
    String scalerClass,
    boolean enableScaleToZero,
    boolean allowZeroInitialScale,
    double maxScaleUpRate,
    double maxScaleDownRate,
    double concurrencyUtilization,
    double concurrencyTotal,
    double rateTotal,
    double targetBurstCapacity,
    double activatorCapacity,
    double panicWindowPercentage,
    double panicThresholdPercentage,
    Duration stableWindow,
    Duration scaleDownDelay,
    Duration scaleToZeroGrace,
    Duration podRetention,
    int initialScale,
    int minScale,
    int maxScale,
    int maxScaleLimit) {

  /// Share of the rate a pod may have that is aimed for; no key changes it.
  public static final double RATE_UTILIZATION = 0.7;

  /// What holds where the ConfigMap says nothing.
  public static final AutoscalerConfig DEFAULT =
      new AutoscalerConfig(
          ScaleAnnotations.KPA,
          true,
          false,
          1000,
          2,
          0.7,
          100,
          200,
          211,
          100,
          10,
          200,
          Duration.ofSeconds(60),
          Duration.ZERO,
          Duration.ofSeconds(30),
          Duration.ZERO,
          1,
          0,
          0,
          0);

  /// Reads the ConfigMap's `data`; keys it does not know are ignored.
  ///
  /// @param problems gets what is wrong; if anything is, keep the settings that were in force
  public static AutoscalerConfig parse(Map<String, String> data, List<Problem> problems) {
    return AutoscalerConfigReader.read(FieldPath.of("data"), data, problems);
  }
}
