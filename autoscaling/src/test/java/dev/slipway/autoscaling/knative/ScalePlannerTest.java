package dev.slipway.autoscaling.knative;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.autoscaling.knative.Activity.Status;
import dev.slipway.autoscaling.knative.ScalePlanner.Reachability;
import dev.slipway.autoscaling.knative.ScalePlanner.Situation;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The cases of knative/serving `pkg/reconciler/autoscaling/kpa/scaler_test.go` and of the table
/// over `computeActiveCondition`, then our own.
final class ScalePlannerTest {
  private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");
  private static final int NEVER = -1;

  private static ScalerState wants(int desired) {
    return new ScalerState(desired, 0, Optional.empty(), 0, List.of());
  }

  private static Activity activity(Status status, int seconds) {
    return new Activity(status, NOW.minusSeconds(seconds), "", "");
  }

  /// Upstream's windows: stable 60 s, grace 60 s, progress deadline 121 s and 30 s more.
  @ParameterizedTest(name = "{10}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # wants | status | for | proxied | reach | min | max | initial | retention | replicas, scale, look | why
           0 | ACTIVE     | 59  | -1 | REACHABLE   | 0 | 0 | 1 | 0   | 1 yes 1    | one pod until the stable window has passed
           0 | ACTIVE     | 60  | -1 | REACHABLE   | 0 | 0 | 1 | 0   | 0 no 2     | first inactive, then zero
           0 | ACTIVE     | 60  | 5  | REACHABLE   | 0 | 0 | 1 | 0   | 0 no 3     | soon, as the gateway is in the path
           0 | INACTIVE   | 60  | -1 | REACHABLE   | 0 | 0 | 1 | 120 | 0 no 2     | the retention is not over
           0 | INACTIVE   | 60  | -1 | REACHABLE   | 0 | 0 | 1 | 61  | 0 no 1     | look when the retention is over
           0 | INACTIVE   | 60  | -1 | REACHABLE   | 0 | 0 | 1 | 60  | 0 yes -    | grace and retention are over
           0 | INACTIVE   | 60  | -1 | REACHABLE   | 0 | 0 | 1 | 0   | 0 yes -    | the grace period is over
           0 | INACTIVE   | 59  | -1 | REACHABLE   | 0 | 0 | 1 | 0   | 0 no 2     | the grace period is not over
           0 | INACTIVE   | 59  | 59 | REACHABLE   | 0 | 0 | 1 | 0   | 0 no 1     | not long enough behind the gateway
           0 | INACTIVE   | 59  | 60 | REACHABLE   | 0 | 0 | 1 | 42  | 0 yes -    | long enough behind the gateway, retention over
           0 | INACTIVE   | 59  | 60 | REACHABLE   | 0 | 0 | 1 | 0   | 0 yes -    | long enough behind the gateway
           0 | ACTIVATING | 75  | -1 | REACHABLE   | 0 | 0 | 1 | 0   | -1 no 2    | it may still become ready
           0 | ACTIVATING | 152 | -1 | REACHABLE   | 0 | 0 | 1 | 0   | 0 yes -    | it took too long
           0 | INACTIVE   | 59  | -1 | REACHABLE   | 2 | 0 | 1 | 0   | 2 yes 2    | the least scale holds before the grace period
           0 | INACTIVE   | 60  | -1 | REACHABLE   | 2 | 0 | 1 | 0   | 2 yes 2    | and after it
           0 | INACTIVE   | 60  | -1 | UNREACHABLE | 0 | 0 | 1 | 600 | 0 yes -    | no retention for the unreachable
           0 | INACTIVE   | 59  | -1 | UNREACHABLE | 0 | 0 | 1 | 600 | 0 no 2     | but the grace period
           0 | INACTIVE   | 60  | -1 | UNREACHABLE | 2 | 0 | 1 | 0   | 0 yes -    | no least scale for the unreachable
           0 | INACTIVE   | 60  | -1 | UNKNOWN     | 2 | 0 | 1 | 0   | 2 yes 2    | but for one not yet known
          10 | ACTIVE     | 9   | -1 | REACHABLE   | 0 | 0 | 1 | 0   | 10 yes 2   | up
          10 | ACTIVE     | 9   | -1 | REACHABLE   | 0 | 8 | 1 | 0   | 8 yes 2    | up to the most
          10 | INACTIVE   | 30  | -1 | REACHABLE   | 0 | 0 | 1 | 0   | 10 yes 2   | up from inactive
          -1 | INACTIVE   | 0   | -1 | REACHABLE   | 0 | 0 | 1 | 0   | -1 no 2    | nothing known, nothing done
          -1 | ACTIVE     | 0   | -1 | REACHABLE   | 0 | 0 | 1 | 0   | -1 no 2    | nothing known, nothing done
           1 | ACTIVATING | 0   | -1 | REACHABLE   | 0 | 0 | 2 | 0   | 2 yes 2    | the initial scale first
           1 | ACTIVATING | 0   | -1 | REACHABLE   | 0 | 0 | 5 | 0   | 5 yes 2    | the initial scale first
          -1 | ACTIVATING | 0   | -1 | REACHABLE   | 0 | 0 | 5 | 0   | 5 yes 2    | also without any load
          -1 | ACTIVATING | 0   | -1 | REACHABLE   | 3 | 0 | 1 | 0   | 3 yes 2    | so the least scale
           0 | ACTIVE     | 120 | -1 | UNREACHABLE | 0 | 0 | 2 | 0   | 0 no 2     | no initial scale for the unreachable
          """)
  void replicas(
      int wants,
      Status status,
      int seconds,
      int proxied,
      Reachability reachability,
      int min,
      int max,
      int initial,
      int retention,
      String expected,
      String why) {
    ScaleSettings settings =
        Settings.of(10, 0).bounds(min, max, initial, 0).retention(retention).build();
    Optional<Instant> since =
        proxied == NEVER ? Optional.empty() : Optional.of(NOW.minusSeconds(proxied));
    ScalePlan plan =
        ScalePlanner.plan(
            settings,
            new Situation(wants(wants), 1, activity(status, seconds), false, reachability, since),
            NOW);
    String look = plan.lookAgain().map(time -> String.valueOf(time.toSeconds())).orElse("-");
    String found = plan.wanted() + (plan.scale() ? " yes " : " no ") + look;
    assertThat(found).as(why).isEqualTo(expected);
  }

  @Test
  void initialScaleIsForgottenOnceReached() {
    ScaleSettings settings = Settings.of(10, 0).bounds(0, 0, 2, 0).build();
    ScalePlan plan =
        ScalePlanner.plan(
            settings,
            Situation.behindGateway(
                wants(0), 2, activity(Status.ACTIVE, 20), true, Reachability.REACHABLE),
            NOW);
    assertThat(plan.wanted()).isEqualTo(1);
  }

  @Test
  void zeroDisabled_keepsOne() {
    ScalePlan plan =
        ScalePlanner.plan(
            Settings.of(10, 0).neverZero().build(),
            Situation.behindGateway(
                wants(0), 1, activity(Status.ACTIVE, 600), true, Reachability.REACHABLE),
            NOW);
    assertThat(plan.wanted()).isEqualTo(1);
    assertThat(plan.scale()).isTrue();
    assertThat(plan.lookAgain()).as("nothing will change by itself").isEmpty();
  }

  /// The table over `computeActiveCondition` in `kpa.go`.
  @ParameterizedTest(name = "wants {0}, {1} ready, was {2}, least {3}")
  @CsvSource({
    "5, 0, INACTIVE, 0, ACTIVATING, Queued",
    "5, 0, ACTIVATING, 0, ACTIVATING, Queued",
    "5, 0, ACTIVE, 0, ACTIVATING, Queued",
    "5, 1, INACTIVE, 0, ACTIVE, ''",
    "5, 1, ACTIVE, 2, ACTIVATING, Queued",
    "5, 2, ACTIVE, 2, ACTIVE, ''",
    "-1, 0, INACTIVE, 0, INACTIVE, NoTraffic",
    "-1, 0, ACTIVATING, 0, ACTIVATING, Queued",
    "-1, 0, ACTIVE, 0, ACTIVATING, Queued",
    "-1, 1, INACTIVE, 0, INACTIVE, ''",
    "-1, 2, ACTIVATING, 2, ACTIVE, ''",
    "-1, 2, ACTIVE, 2, ACTIVE, ''",
  })
  void activity(int wants, int ready, Status was, int min, Status expected, String reason) {
    ScalePlan plan =
        ScalePlanner.plan(
            Settings.of(10, 0).bounds(min, 0, 1, 0).build(),
            Situation.behindGateway(
                wants(wants), ready, activity(was, 5), true, Reachability.REACHABLE),
            NOW);
    assertThat(plan.activity().status()).isEqualTo(expected);
    assertThat(plan.activity().reason()).isEqualTo(reason);
    assertThat(plan.activity().since()).isEqualTo(was == expected ? NOW.minusSeconds(5) : NOW);
  }

  @Test
  void tooLongActivating_isTimedOut() {
    ScalePlan plan =
        ScalePlanner.plan(
            Settings.of(10, 0).build(),
            Situation.behindGateway(
                wants(0), 0, activity(Status.ACTIVATING, 152), false, Reachability.REACHABLE),
            NOW);
    assertThat(plan.activity())
        .isEqualTo(
            new Activity(Status.INACTIVE, NOW, "TimedOut", "The target could not be activated."));
    assertThat(plan.initialized()).isFalse();
  }

  @Test
  void anInitialScaleOfZero_isInactiveFromTheStart() {
    ScalePlan plan =
        ScalePlanner.plan(
            Settings.of(10, 0).bounds(0, 0, 0, 0).build(),
            Situation.behindGateway(
                wants(-1), 0, Activity.starting(NOW), false, Reachability.REACHABLE),
            NOW);
    assertThat(plan.activity().reason()).isEqualTo("NoTraffic");
    assertThat(plan.initialized()).isTrue();
  }

  @Test
  void initialized_whenTheInitialScaleIsReady() {
    for (int ready = 0; ready < 5; ready++) {
      ScalePlan plan =
          ScalePlanner.plan(
              Settings.of(10, 0).bounds(0, 0, 3, 0).build(),
              Situation.behindGateway(
                  wants(1), ready, Activity.starting(NOW), false, Reachability.REACHABLE),
              NOW);
      assertThat(plan.initialized()).isEqualTo(ready >= 3);
    }
  }

  @ParameterizedTest(name = "{0} ready, burst {1}: {2}")
  @CsvSource({"1, 0, 2", "30, 0, 2", "1, 200, 2", "30, 200, 4", "30, -1, 3", "1000, 1, 89"})
  void gatewaysInThePath(int ready, double burst, int gateways) {
    ScalePlan plan =
        ScalePlanner.plan(
            Settings.of(10, burst).build(),
            Situation.behindGateway(
                wants(1), ready, activity(Status.ACTIVE, 5), true, Reachability.REACHABLE),
            NOW);
    assertThat(plan.gateways()).isEqualTo(gateways);
  }

  @ParameterizedTest(name = "excess {0}, wants {1}: {2}")
  @CsvSource({"0, 1, true", "5, 1, true", "-1, 1, false", "5, 0, false", "5, -1, false"})
  void direct_onlyWithPodsAndCapacityToSpare(int excess, int wants, boolean direct) {
    var state = new ScalerState(wants, excess, Optional.empty(), 0, List.of());
    ScalePlan plan =
        ScalePlanner.plan(
            Settings.of(10, 5).build(),
            Situation.behindGateway(
                state, 1, activity(Status.INACTIVE, 5), true, Reachability.REACHABLE),
            NOW);
    assertThat(plan.direct()).isEqualTo(direct);
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {21, 22, 23})
  void whatIsAppliedIsWithinTheBounds(long seed) {
    var random = new Random(seed);
    Status[] statuses = Status.values();
    for (int i = 0; i < 5_000; i++) {
      int min = random.nextInt(5);
      int max = random.nextBoolean() ? 0 : min + random.nextInt(5);
      boolean initialized = random.nextBoolean();
      ScaleSettings settings = Settings.of(10, 0).bounds(min, max, random.nextInt(3), 0).build();
      int wants = random.nextInt(12) - 1;
      Activity before = activity(statuses[random.nextInt(3)], random.nextInt(200));
      ScalePlan plan =
          ScalePlanner.plan(
              settings,
              Situation.behindGateway(
                  wants(wants), random.nextInt(8), before, initialized, Reachability.REACHABLE),
              NOW);
      String story = "seed " + seed + ", step " + i;
      if (plan.scale()) {
        int most = max == 0 ? Integer.MAX_VALUE : Math.max(max, initialized ? 0 : 2);
        assertThat(plan.wanted()).as(story).isBetween(min, most);
      }
      assertThat(plan.lookAgain().orElse(Duration.ofSeconds(1)).isPositive()).as(story).isTrue();
    }
  }
}
