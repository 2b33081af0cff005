package dev.slipway.autoscaling.knative;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.base.FieldPath;
import dev.slipway.base.Problem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The cases of knative/serving `pkg/apis/autoscaling/annotation_validation_test.go`.
final class ScaleRulesTest {
  private static final FieldPath AT = FieldPath.of("metadata", "annotations");

  /// `a=1 b=2` as annotations of the group.
  private static Map<String, String> annotations(String text) {
    var entries = new LinkedHashMap<String, String>();
    for (String each : text.split(" ", -1)) {
      if (!each.isEmpty()) {
        int equals = each.indexOf('=');
        entries.put(ScaleAnnotations.GROUP + each.substring(0, equals), each.substring(equals + 1));
      }
    }
    return entries;
  }

  private static AutoscalerConfig config(String text) {
    var data = new LinkedHashMap<String, String>();
    annotations(text).forEach((key, value) -> data.put(key.substring(24), value));
    return AutoscalerConfig.parse(data, new ArrayList<>());
  }

  private static String problems(String annotations, String config) {
    List<Problem> found = ScaleRules.judge(AT, annotations(annotations), config(config));
    return String.join(
        "; ",
        found.stream()
            .map(
                each ->
                    each.field().replace("metadata.annotations.autoscaling.knative.dev/", "")
                        + ": "
                        + each.detail())
            .toList());
  }

  @ParameterizedTest(name = "{0} | {1}")
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      emptyValue = "",
      textBlock =
          """
          class=unsupported.knative.dev | '' | class: must be kpa.autoscaling.knative.dev, hpa.autoscaling.knative.dev or a class outside knative.dev
          class=some.other.domain | '' | ''
          min-scale=0 | '' | ''
          max-scale=0 | '' | ''
          min-scale=-1 | '' | min-scale: expected 0 <= -1 <= 2147483647
          max-scale=2147483648 | '' | max-scale: expected 0 <= 2147483648 <= 2147483647
          max-scale=-1 | '' | max-scale: expected 0 <= -1 <= 2147483647
          min-scale=foo | '' | min-scale: must be a whole number
          max-scale=bar min-scale=bar | '' | min-scale: must be a whole number; max-scale: must be a whole number
          min-scale=2 max-scale=5 | '' | ''
          min-scale=5 max-scale=2 | '' | max-scale: max-scale=2 is less than min-scale=5
          min-scale=0 max-scale=0 | '' | ''
          max-scale=11 | max-scale-limit=10 max-scale=1 | max-scale: expected 1 <= 11 <= 10
          max-scale=0 | max-scale-limit=10 max-scale=1 | max-scale: max-scale=0 (unlimited), must be less than 10
          '' | max-scale-limit=10 max-scale=1 | ''
          max-scale=9 | max-scale-limit=10 max-scale=1 | ''
          min-scale=1 activation-scale=2 max-scale=3 | '' | ''
          min-scale=3 activation-scale=2 | '' | activation-scale: min-scale=3 is greater than activation-scale=2
          max-scale=1 activation-scale=2 | '' | activation-scale: max-scale=1 is less than activation-scale=2
          activation-scale=1 | '' | activation-scale: activation-scale=1 must be greater than 1
          activation-scale=two | '' | activation-scale: must be a whole number
          metric-aggregation-algorithm=linear class=kpa.autoscaling.knative.dev | '' | ''
          metric-aggregation-algorithm= class=kpa.autoscaling.knative.dev | '' | ''
          metric-aggregation-algorithm=random-selection class=kpa.autoscaling.knative.dev | '' | metric-aggregation-algorithm: must be linear or weighted-exponential
          metric-aggregation-algorithm=random-selection class=of-keys | '' | ''
          panic-window-percentage=-1 | '' | panic-window-percentage: expected 1 <= -1 <= 100
          panic-window-percentage=202 | '' | panic-window-percentage: expected 1 <= 202 <= 100
          panic-window-percentage=fifty | '' | panic-window-percentage: must be a number
          panic-threshold-percentage=210 | '' | ''
          panic-threshold-percentage=109 | '' | panic-threshold-percentage: expected 110 <= 109 <= 1000
          panic-threshold-percentage=10009 | '' | panic-threshold-percentage: expected 110 <= 10009 <= 1000
          panic-threshold-percentage=fifty | '' | panic-threshold-percentage: must be a number
          target=-11 | '' | target: target -11 should be at least 0.01
          target=0 | '' | target: target 0 should be at least 0.01
          target=100} | '' | target: must be a number
          target=11 | '' | ''
          target=NaN | '' | target: must be a number
          target-burst-capacity=-11 | '' | 'target-burst-capacity: must be 0 or more, or -1 for no limit'
          target-burst-capacity=0 | '' | ''
          target-burst-capacity=19870709 | '' | ''
          target-burst-capacity=-1 | '' | ''
          target-burst-capacity=qarashen | '' | 'target-burst-capacity: must be 0 or more, or -1 for no limit'
          target-utilization-percentage=0 | '' | target-utilization-percentage: expected 1 <= 0 <= 100
          target-utilization-percentage=101 | '' | target-utilization-percentage: expected 1 <= 101 <= 100
          target-utilization-percentage=dghyak | '' | target-utilization-percentage: must be a number
          window=jerry | '' | window: must be a duration such as 90s or 1m30s
          window=1s | '' | window: expected 6s <= 1s <= 1h0m0s
          window=365h | '' | window: expected 6s <= 365h <= 1h0m0s
          window=1m9s82ms | '' | window: must be specified with at most second precision
          window=7s class=test | '' | ''
          scale-to-zero-pod-retention-period=0 | '' | ''
          scale-to-zero-pod-retention-period=21m31s | '' | ''
          scale-to-zero-pod-retention-period=311m | '' | scale-to-zero-pod-retention-period: expected 0s <= 311m <= 1h0m0s
          scale-to-zero-pod-retention-period=-42s | '' | scale-to-zero-pod-retention-period: expected 0s <= -42s <= 1h0m0s
          scale-to-zero-pod-retention-period=long | '' | scale-to-zero-pod-retention-period: must be a duration such as 90s or 1m30s
          scale-down-delay=0 | '' | ''
          scale-down-delay=21m31s | '' | ''
          scale-down-delay=311m | '' | scale-down-delay: expected 0s <= 311m <= 1h0m0s
          scale-down-delay=42.5s | '' | scale-down-delay: must be specified with at most second precision
          scale-down-delay=-42s | '' | scale-down-delay: expected 0s <= -42s <= 1h0m0s
          scale-down-delay=long | '' | scale-down-delay: must be a duration such as 90s or 1m30s
          panic-threshold-percentage=fifty panic-window-percentage=-11 min-scale=-4 max-scale=never | '' | min-scale: expected 0 <= -4 <= 2147483647; max-scale: must be a whole number; panic-window-percentage: expected 1 <= -11 <= 100; panic-threshold-percentage: must be a number
          panic-threshold-percentage=125 panic-window-percentage=75 min-scale=5 max-scale=8 window=1984s | '' | ''
          metric=cpu | '' | metric: must be concurrency or rps with kpa.autoscaling.knative.dev
          metric= class=hpa.autoscaling.knative.dev | '' | metric: must name a metric
          metric=rps | '' | ''
          metric=concurrency | '' | ''
          metric=cpu class=hpa.autoscaling.knative.dev | '' | ''
          metric=rps class=other | '' | ''
          metric=cpu | pod-autoscaler-class=hpa.autoscaling.knative.dev | ''
          initial-scale=0 | '' | initial-scale: 0 not allowed by cluster
          initial-scale=0 | allow-zero-initial-scale=true | ''
          initial-scale=2 | '' | ''
          initial-scale=-1 | '' | initial-scale: must be greater than 0
          initial-scale=invalid | '' | initial-scale: must be a whole number
          minScale=-1 | '' | minScale: expected 0 <= -1 <= 2147483647
          minScale=-1 min-scale=1 | '' | ''
          """)
  void judgesAnnotations(String annotations, String config, String expected) {
    assertThat(problems(annotations, config)).isEqualTo(expected);
  }

  @Test
  void aProblemNamesTheFieldAndTheValue() {
    List<Problem> found =
        ScaleRules.judge(
            FieldPath.of("spec", "template", "metadata", "annotations"),
            annotations("window=1s"),
            AutoscalerConfig.DEFAULT);
    assertThat(Problem.join(found))
        .isEqualTo(
            "spec.template.metadata.annotations.autoscaling.knative.dev/window: "
                + "Invalid value: \"1s\": expected 6s <= 1s <= 1h0m0s");
  }
}
