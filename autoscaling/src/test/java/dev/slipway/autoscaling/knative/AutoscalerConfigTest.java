package dev.slipway.autoscaling.knative;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.base.Problem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The cases of knative/serving `pkg/autoscaler/config/config_test.go`.
final class AutoscalerConfigTest {
  private static Map<String, String> data(String text) {
    var entries = new HashMap<String, String>();
    for (String each : text.split(";", -1)) {
      int equals = each.indexOf('=');
      entries.put(each.substring(0, equals), each.substring(equals + 1));
    }
    return entries;
  }

  private static AutoscalerConfig parse(String text) {
    var problems = new ArrayList<Problem>();
    AutoscalerConfig config = AutoscalerConfig.parse(data(text), problems);
    assertThat(problems).isEmpty();
    return config;
  }

  @Test
  void nothingSaid_meansTheDefaults() {
    var problems = new ArrayList<Problem>();
    AutoscalerConfig config = AutoscalerConfig.parse(Map.of("_example", "x: y"), problems);
    assertThat(config).isEqualTo(AutoscalerConfig.DEFAULT);
    assertThat(problems).isEmpty();
  }

  @Test
  void everyKeyIsRead() {
    AutoscalerConfig config =
        parse(
            "enable-scale-to-zero=FALSE;max-scale-down-rate=3.0;max-scale-up-rate=1.01"
                + ";container-concurrency-target-percentage=0.71"
                + ";container-concurrency-target-default=10.5"
                + ";requests-per-second-target-default=10.11;target-burst-capacity=12345"
                + ";scale-down-delay=15m;stable-window=5m;tick-interval=2s"
                + ";panic-window-percentage=20;panic-threshold-percentage=300"
                + ";pod-autoscaler-class=some.class;activator-capacity=905"
                + ";scale-to-zero-pod-retention-period=2m3s;scale-to-zero-grace-period=33s"
                + ";allow-zero-initial-scale=true;initial-scale=0;min-scale=1;max-scale=2"
                + ";max-scale-limit=7");
    assertThat(config)
        .isEqualTo(
            new AutoscalerConfig(
                "some.class",
                false,
                true,
                1.01,
                3,
                0.71,
                10.5,
                10.11,
                12345,
                905,
                20,
                300,
                Duration.ofMinutes(5),
                Duration.ofMinutes(15),
                Duration.ofSeconds(33),
                Duration.ofSeconds(123),
                0,
                1,
                2,
                7));
  }

  @Test
  void aPercentageOverOneIsPercent() {
    assertThat(parse("container-concurrency-target-percentage=55").concurrencyUtilization())
        .isEqualTo(0.55);
    assertThat(parse("container-concurrency-target-percentage=0.5").concurrencyUtilization())
        .isEqualTo(0.5);
  }

  @Test
  void aLeastScaleNeedsNoMost() {
    assertThat(parse("min-scale=4").minScale()).isEqualTo(4);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          max-scale-up-rate=not a float | must be a number
          scale-down-delay=-1m23s | cannot be negative
          scale-to-zero-pod-retention-period=-4m11s | cannot be negative
          stable-window=not a duration | must be a duration such as 90s or 1m30s
          target-burst-capacity=-11 | must be either non-negative or -1 (for unlimited)
          container-concurrency-target-percentage=-42 | is outside of valid range of (0, 100]
          container-concurrency-target-percentage=142.4 | is outside of valid range of (0, 100]
          requests-per-second-target-default=-5.25 | must be at least 0.01
          max-scale-up-rate=1 | must be greater than 1.0
          max-scale-down-rate=-55 | must be greater than 1.0
          max-scale-down-rate=1 | must be greater than 1.0
          stable-window=1h1s | must be in [6s; 1h0m0s] range
          stable-window=1s | must be in [6s; 1h0m0s] range
          stable-window=61984ms | must be specified with at most second precision
          scale-down-delay=61984ms | must be specified with at most second precision
          activator-capacity=0.95 | must be at least 1
          panic-window-percentage=0.1 | must be in [1, 100] interval
          panic-window-percentage=110 | must be in [1, 100] interval
          container-concurrency-target-default=0.001 | can't be less than 0.01
          scale-to-zero-grace-period=0s | must be positive
          initial-scale=0 | must be at least 0 (or at least 1 when allow-zero-initial-scale is false)
          initial-scale=-1 | must be at least 0 (or at least 1 when allow-zero-initial-scale is false)
          initial-scale=invalid | must be a whole number of 32 bits
          allow-zero-initial-scale=invalid | must be true or false
          max-scale=-1 | must be in [0, max-scale-limit(0)] range
          max-scale=10;max-scale-limit=9 | must be in [1, max-scale-limit(9)] range
          max-scale-limit=-9 | must be at least 0
          max-scale=0;max-scale-limit=11 | must be in [1, max-scale-limit(11)] range
          min-scale=4;max-scale=3 | must be less than max-scale (3)
          min-scale=-4 | must be at least 0
          """)
  void whatIsWrongIsSaid(String text, String expected) {
    var problems = new ArrayList<Problem>();
    AutoscalerConfig.parse(data(text), problems);
    List<String> details = problems.stream().map(Problem::detail).toList();
    assertThat(details).anyMatch(detail -> detail.endsWith(expected));
  }
}
