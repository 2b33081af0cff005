package dev.slipway.autoscaling.knative;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.autoscaling.hpa.HpaSpec;
import dev.slipway.autoscaling.hpa.HpaSpec.Metric;
import dev.slipway.autoscaling.hpa.HpaSpec.Target;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// The cases of knative/serving `pkg/reconciler/autoscaling/hpa/resources/hpa_test.go`.
final class KnativeHpaTest {
  private static HpaSpec spec(String... pairs) {
    var annotations = new HashMap<String, String>();
    for (int i = 0; i < pairs.length; i += 2) {
      annotations.put(ScaleAnnotations.GROUP + pairs[i], pairs[i + 1]);
    }
    return KnativeHpa.spec(annotations, AutoscalerConfig.DEFAULT, true);
  }

  @Test
  void withoutAnnotations_oneOrMorePodsByCpu() {
    HpaSpec spec = spec();
    assertThat(spec.minReplicas()).isEqualTo(1);
    assertThat(spec.maxReplicas()).isEqualTo(Integer.MAX_VALUE);
    assertThat(spec.metrics())
        .isEqualTo(List.of(new Metric.Resource("cpu", new Target.Utilization(80))));
    assertThat(spec.behavior()).isEmpty();
  }

  @Test
  void boundsAndWindowAreTakenOver() {
    HpaSpec spec = spec("min-scale", "3", "max-scale", "7", "window", "40s");
    assertThat(spec.minReplicas()).isEqualTo(3);
    assertThat(spec.maxReplicas()).isEqualTo(7);
    assertThat(spec.behavior().orElseThrow().up().stabilization())
        .isEqualTo(Duration.ofSeconds(40));
    assertThat(spec.behavior().orElseThrow().down().stabilization())
        .isEqualTo(Duration.ofSeconds(40));
  }

  @Test
  void theTargetIsOfItsMetric() {
    assertThat(spec("target", "49.1").metrics())
        .isEqualTo(List.of(new Metric.Resource("cpu", new Target.Utilization(50))));
    assertThat(spec("target", "50", "metric", "memory").metrics())
        .isEqualTo(
            List.of(new Metric.Resource("memory", new Target.AverageValue(52_428_800_000L))));
    assertThat(spec("target", "50", "metric", "requests").metrics())
        .isEqualTo(List.of(new Metric.Pods("requests", new Target.AverageValue(50_000))));
  }

  @Test
  void anUnreachableRevisionHasNoLeastScale() {
    assertThat(
            KnativeHpa.spec(
                    Map.of(ScaleAnnotations.MIN_SCALE.key(), "3"), AutoscalerConfig.DEFAULT, false)
                .minReplicas())
        .isEqualTo(1);
  }
}
