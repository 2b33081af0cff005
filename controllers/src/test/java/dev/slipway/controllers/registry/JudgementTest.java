package dev.slipway.controllers.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.api.kserve.RolloutPolicy;
import dev.slipway.autoscaling.Outcomes.Counted;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class JudgementTest {
  private static final RolloutPolicy POLICY =
      new RolloutPolicy(
          true, List.of(10), Duration.ofSeconds(60), 0.05, 2, 10, Duration.ofMinutes(1));

  /// Requests that took about that long: in a bucket of 10 ms.
  private static Counted counted(long requests, long failed, int millis) {
    return new Counted(
        requests,
        failed,
        List.of((double) millis, millis + 10.0, Double.POSITIVE_INFINITY),
        List.of(0L, requests, 0L));
  }

  @ParameterizedTest(name = "{6}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # tried | failed | ms  | stable | failed | ms  | seconds | verdict | why
            100   |   0    |  20 |  900   |   0    |  20 |   60    | Good    | as good as before
            100   |   0    |  20 |  900   |   0    |  20 |   59    | Early   | a step lasts its interval
            10    |  10    |  20 |  900   |   0    |  20 |    1    | Bad     | failures count at once
            9     |   9    |  20 |  900   |   0    |  20 |   60    | Early   | too few to tell
            9     |   9    |  20 |  900   |   0    |  20 |  600    | Bad     | after ten intervals what there is must do
            9     |   0    |  20 |  900   |   0    |  20 |  600    | Good    | and may be enough
            100   |   5    |  20 |  900   |   0    |  20 |   60    | Good    | just within the bound
            100   |   6    |  20 |  900   |   0    |  20 |   10    | Bad     | just beyond it
            100   |  50    |  20 |  100   |  48    |  20 |   60    | Good    | the stable one fails as often
            100   |   0    | 200 |  900   |   0    |  20 |   60    | Bad     | much slower
            100   |   0    | 200 |  900   |   0    |  20 |   30    | Early   | times count at the end of a step
            100   |   0    |  45 |  900   |   0    |  20 |   60    | Good    | slower by less than anybody notices
            100   |   0    | 200 |    0   |   0    |  20 |   60    | Good    | nothing to compare with
            0     |   0    |   0 |    0   |   0    |   0 |   60    | Good    | nobody called
            0     |   0    |   0 |  900   |   0    |  20 |   60    | Early   | others called, but not this one
          """)
  void verdict(
      long tried,
      long failed,
      int millis,
      long stable,
      long stableFailed,
      int stableMillis,
      int seconds,
      String verdict,
      String why) {
    var judged =
        Judgement.of(
            counted(tried, failed, millis),
            counted(stable, stableFailed, stableMillis),
            POLICY,
            Duration.ofSeconds(seconds));
    assertThat(judged.getClass().getSimpleName()).as(why).isEqualTo(verdict);
  }

  @org.junit.jupiter.api.Test
  void saysWhatWasFoundAndWhatWouldHaveDone() {
    assertThat(
            Judgement.of(counted(20, 8, 20), counted(100, 1, 20), POLICY, Duration.ofSeconds(60)))
        .isEqualTo(
            new Judgement.Bad(
                "8 of its 20 requests failed, 1 of 100 of the stable version (at most 5% more)"));
    assertThat(
            Judgement.of(counted(20, 0, 200), counted(100, 0, 20), POLICY, Duration.ofSeconds(60)))
        .isEqualTo(
            new Judgement.Bad(
                "90% of its requests took up to 209 ms, those of the stable version 29 ms (at most"
                    + " 2 times that)"));
  }
}
