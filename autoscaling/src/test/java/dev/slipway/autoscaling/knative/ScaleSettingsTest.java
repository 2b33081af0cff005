package dev.slipway.autoscaling.knative;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.slipway.autoscaling.knative.LoadWindow.Averaging;
import dev.slipway.base.Problem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ScaleSettingsTest {
  private static Map<String, String> annotations(String text) {
    var entries = new HashMap<String, String>();
    for (String each : text.split(" ", -1)) {
      if (!each.isEmpty()) {
        int equals = each.indexOf('=');
        entries.put(ScaleAnnotations.GROUP + each.substring(0, equals), each.substring(equals + 1));
      }
    }
    return entries;
  }

  private static ScaleSettings settings(String annotations) {
    return ScaleSettings.of(annotations(annotations), 0, AutoscalerConfig.DEFAULT);
  }

  /// knative/serving `pkg/reconciler/autoscaling/resources/target_test.go`: there the cluster's
  /// utilization is 100 % unless the row says otherwise.
  @ParameterizedTest(name = "{0}, containerConcurrency {1}, {2}, default {3}")
  @CsvSource(
      delimiter = '|',
      emptyValue = "",
      textBlock =
          """
          ''                                | 0  | 1     | 100 | 100  | 100
          ''                                | 0  | 0.8   | 100 | 80   | 100
          ''                                | 0  | 0.3   | 2   | 0.6  | 2
          target-utilization-percentage=75  | 12 | 0.8   | 100 | 9    | 12
          ''                                | 10 | 0.8   | 100 | 8    | 10
          ''                                | 1  | 0.8   | 100 | 0.8  | 1
          ''                                | 1  | 1     | 100 | 1    | 1
          target=1                          | 0  | 1     | 100 | 1    | 1
          target=1                          | 0  | 0.001 | 100 | 0.01 | 1
          target=1                          | 0  | 0.75  | 100 | 0.75 | 1
          target=10                         | 0  | 0.75  | 100 | 7.5  | 10
          target=1                          | 10 | 1     | 100 | 1    | 1
          target=500                        | 0  | 1     | 100 | 500  | 500
          target=10                         | 1  | 1     | 100 | 1    | 1
          metric=rps                        | 1  | 1     | 100 | 140  | 200
          metric=rps target=1               | 0  | 1     | 100 | 0.7  | 1
          metric=rps target-utilization-percentage=75 | 0 | 1 | 100 | 150 | 200
          metric=rps target=300             | 0  | 1     | 100 | 210  | 300
          """)
  void target(
      String annotations,
      int concurrency,
      String utilization,
      String total,
      double perPod,
      double expectedTotal) {
    var problems = new ArrayList<Problem>();
    AutoscalerConfig config =
        AutoscalerConfig.parse(
            Map.of(
                "container-concurrency-target-percentage", utilization,
                "container-concurrency-target-default", total),
            problems);
    assertThat(problems).isEmpty();
    ScaleSettings settings = ScaleSettings.of(annotations(annotations), concurrency, config);
    assertThat(settings.target().perPod()).isCloseTo(perPod, within(1e-9));
    assertThat(settings.target().total()).isEqualTo(expectedTotal);
  }

  @Test
  void withoutAnnotations_theClustersSettingsHold() {
    ScaleSettings settings = settings("");
    assertThat(settings.scalerClass()).isEqualTo("kpa.autoscaling.knative.dev");
    assertThat(settings.metric()).isEqualTo("concurrency");
    assertThat(settings.target().perPod()).isEqualTo(70);
    assertThat(settings.bounds()).isEqualTo(new ScaleSettings.Bounds(0, 0, 1, 0));
    assertThat(settings.windows())
        .isEqualTo(
            new ScaleSettings.Windows(
                Duration.ofSeconds(60), Duration.ofSeconds(6), Averaging.LINEAR));
    assertThat(settings.panicThreshold()).isEqualTo(2);
    assertThat(settings.targetBurstCapacity()).isEqualTo(211);
    assertThat(settings.progressDeadline()).isEqualTo(Duration.ofMinutes(10));
  }

  @Test
  void everyAnnotationCounts_inBothSpellings() {
    ScaleSettings kebab =
        settings(
            "min-scale=2 max-scale=9 initial-scale=3 activation-scale=4 scale-down-delay=1m"
                + " window=20s panic-window-percentage=25 panic-threshold-percentage=150"
                + " scale-to-zero-pod-retention-period=90s target-burst-capacity=-1"
                + " metric-aggregation-algorithm=weighted-exponential"
                + " target-utilization-percentage=50");
    ScaleSettings camel =
        settings(
            "minScale=2 maxScale=9 initialScale=3 activation-scale=4 scaleDownDelay=1m"
                + " window=20s panicWindowPercentage=25 panicThresholdPercentage=150"
                + " scaleToZeroPodRetentionPeriod=90s targetBurstCapacity=-1"
                + " metricAggregationAlgorithm=weightedExponential"
                + " targetUtilizationPercentage=50");
    assertThat(camel).isEqualTo(kebab);
    assertThat(kebab.bounds()).isEqualTo(new ScaleSettings.Bounds(2, 9, 3, 4));
    assertThat(kebab.windows())
        .isEqualTo(
            new ScaleSettings.Windows(
                Duration.ofSeconds(20), Duration.ofSeconds(5), Averaging.WEIGHTED_EXPONENTIAL));
    assertThat(kebab.target().perPod()).isEqualTo(50);
    assertThat(kebab.panicThreshold()).isEqualTo(1.5);
    assertThat(kebab.scaleDownDelay()).isEqualTo(Duration.ofMinutes(1));
    assertThat(kebab.toZero().retention()).isEqualTo(Duration.ofSeconds(90));
    assertThat(kebab.targetBurstCapacity()).isEqualTo(-1);
  }

  @Test
  void aWrongAnnotationCountsAsAbsent() {
    assertThat(settings("min-scale=x target=? window=soon initial-scale=0 max-scale=-3"))
        .isEqualTo(settings(""));
  }

  @Test
  void thePanicWindowIsAtLeastASecond() {
    assertThat(settings("window=6s panic-window-percentage=1").windows().panic())
        .isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void theProgressDeadlineIsTheRevisions() {
    assertThat(
            ScaleSettings.of(
                    Map.of(ScaleAnnotations.PROGRESS_DEADLINE, "5s"), 0, AutoscalerConfig.DEFAULT)
                .progressDeadline())
        .isEqualTo(Duration.ofSeconds(5));
  }
}
