package dev.slipway.autoscaling.knative;

import dev.slipway.autoscaling.hpa.HpaSpec;
import dev.slipway.autoscaling.hpa.HpaSpec.Behavior;
import dev.slipway.autoscaling.hpa.HpaSpec.Metric;
import dev.slipway.autoscaling.hpa.HpaSpec.Rules;
import dev.slipway.autoscaling.hpa.HpaSpec.Target;
import dev.slipway.autoscaling.knative.ScaleAnnotations.Entry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/// What a revision of the class `hpa.autoscaling.knative.dev` asks of a HorizontalPodAutoscaler. It
/// never goes to zero. See knative/serving `pkg/reconciler/autoscaling/hpa/resources/hpa.go`.
public final class KnativeHpa {
  private static final long MEBIBYTE_MILLI = 1024L * 1024 * 1000;

  /// What the Kubernetes API fills in for an autoscaler without metrics.
  private static final Metric DEFAULT_METRIC =
      new Metric.Resource("cpu", new Target.Utilization(80));

  private KnativeHpa() {}

  /// @param reachable false if no route leads to the revision: its least scale does not count then
  public static HpaSpec spec(
      Map<String, String> annotations, AutoscalerConfig config, boolean reachable) {
    ScaleSettings settings = ScaleSettings.of(annotations, 0, config);
    int min = reachable ? settings.bounds().min() : 0;
    int max = settings.bounds().max();
    return new HpaSpec(
        Math.max(1, min),
        max == 0 ? Integer.MAX_VALUE : max,
        List.of(metric(annotations)),
        behavior(annotations));
  }

  private static Metric metric(Map<String, String> annotations) {
    OptionalDouble target =
        ScaleAnnotations.TARGET
            .in(annotations)
            .map(found -> TextFields.parseNumber(found.value()))
            .orElse(OptionalDouble.empty());
    if (target.isEmpty()) {
      return DEFAULT_METRIC;
    }
    double value = target.getAsDouble();
    String metric = ScaleAnnotations.METRIC.in(annotations).map(Entry::value).orElse("cpu");
    return switch (metric) {
      case "cpu" -> new Metric.Resource("cpu", new Target.Utilization((int) Math.ceil(value)));
      case "memory" ->
          new Metric.Resource("memory", new Target.AverageValue(((long) value) * MEBIBYTE_MILLI));
      default -> new Metric.Pods(metric, new Target.AverageValue(((long) value) * 1000));
    };
  }

  private static Optional<Behavior> behavior(Map<String, String> annotations) {
    return ScaleAnnotations.WINDOW
        .in(annotations)
        .flatMap(found -> GoDuration.parse(found.value()))
        .map(
            window ->
                new Behavior(
                    stabilized(Behavior.DEFAULT.up(), window),
                    stabilized(Behavior.DEFAULT.down(), window)));
  }

  private static Rules stabilized(Rules rules, Duration window) {
    return new Rules(window, rules.select(), rules.policies(), rules.tolerance());
  }
}
