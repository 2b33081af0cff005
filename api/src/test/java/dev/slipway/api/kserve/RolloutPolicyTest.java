package dev.slipway.api.kserve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.base.FieldPath;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RolloutPolicyTest {
  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          rollout-steps              | 10,50,100 | [10, 50]  | the last one is all
          rollout-steps              | 5%, 25%   | [5, 25]   | with signs
          rollout-steps              | 100       | []        | at once
          rollout-steps              | 50,10     |           | shrinks
          rollout-steps              | 0,10      |           | a step of nothing
          rollout-steps              | ten       |           | no number
          rollout-interval           | 90s       | PT1M30S   |
          rollout-interval           | 500ms     | PT0.5S    |
          rollout-interval           | 30        | PT30S     | bare seconds
          rollout-interval           | soon      |           | no duration
          rollout-deadline           | 200h      |           | too long
          rollout-max-error-rate     | 5%        | 0.05      |
          rollout-max-error-rate     | 0.05      | 0.05      |
          rollout-max-error-rate     | 1.5       |           | more than all
          rollout-max-latency-ratio  | 1.5       | 1.5       |
          rollout-max-latency-ratio  | 0.5       |           | would ask it to be faster
          rollout-min-requests       | 25        | 25        |
          rollout-min-requests       | -1        |           |
          follow-alias               | false     | false     |
          follow-alias               | maybe     |           |
          """)
  void annotation(String name, String written, String read, String why) {
    var annotations = Map.of("slipway.dev/" + name, written);
    var policy = RolloutPolicy.of(annotations);
    Object value =
        switch (name) {
          case "rollout-steps" -> policy.steps();
          case "rollout-interval" -> policy.interval();
          case "rollout-deadline" -> policy.deadline();
          case "rollout-max-error-rate" -> policy.maxErrorRate();
          case "rollout-max-latency-ratio" -> policy.maxLatencyRatio();
          case "rollout-min-requests" -> policy.minRequests();
          default -> policy.follow();
        };
    var problems = RolloutPolicy.judge(annotations, FieldPath.of("metadata", "annotations"));
    if (read == null) {
      assertThat(problems).as(why).hasSize(1);
      assertThat(policy).isEqualTo(RolloutPolicy.STANDARD);
    } else {
      assertThat(problems).isEmpty();
      assertThat(value.toString()).isEqualTo(read);
    }
  }

  @Test
  void nothingSaidIsTheStandard() {
    assertThat(RolloutPolicy.of(Map.of())).isEqualTo(RolloutPolicy.STANDARD);
    assertThat(RolloutPolicy.judge(Map.of(), FieldPath.of("metadata"))).isEmpty();
  }
}
