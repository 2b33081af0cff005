package dev.slipway.autoscaling.knative;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.autoscaling.knative.KnativeScaler.Observation;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The cases of knative/serving `pkg/autoscaler/scaling/autoscaler_test.go`, then our own.
final class KnativeScalerTest {
  private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");
  private static final Duration WINDOW = Duration.ofSeconds(60);

  private static Observation seen(double stable, double panic, int ready) {
    return new Observation(Load.of(stable, panic), ready, true);
  }

  private static ScalerState fresh(Settings settings) {
    return ScalerState.starting(settings.build(), 1, NOW);
  }

  private static int excess(double target, double burst, double panic, int ready) {
    return (int) Math.floor(target / 0.75 * ready - burst - panic);
  }

  @ParameterizedTest(name = "{8}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # stable | panic | target | burst | ready | up | down | pods | why
              0   |   0   |  10 | 100  |  1  | 10  | 10  |  0 | no load
             21   |  26   | 181 |  -1  |  1  | 10  | 10  |  1 | no limit of the burst
             50   |  49   |  10 |   0  |  1  | 10  | 10  |  5 | no burst
             50   |  50   |  10 | 100  |  1  | 10  | 10  |  5 | five times the target
             50   |  50   |  10 | 100  |  5  | 10  | 10  |  5 | there already
              3   |  3.1  |   1 | 1982 |  2  | 1.1 | 10  |  3 | a small rate still lets one pod in
              1   |   1   |  10 | 1982 | 100 | 10  | 1.1 | 90 | shrinking is limited
             50   | 100   |  10 |  84  |  1  | 10  | 10  | 10 | panic takes precedence
           1000   | 888   |  10 |  81  |  0  | 10  | 10  | 10 | no pods count as one
           1000   | 1001  |  10 |  61  |  1  | 10  | 10  | 10 | growth is limited
              1   |   1   |  10 |  61  | 100 | 10  | 10  | 10 | shrinking by ten
             50   |  10   |  10 | 101  |  1  | 10  | 10  |  5 | stable decides
          """)
  void decidesFromAFreshStart(
      double stable,
      double panic,
      double target,
      double burst,
      int ready,
      double up,
      double down,
      int pods,
      String why) {
    Settings settings = Settings.of(target, burst).rates(up, down);
    ScalerState after =
        KnativeScaler.decide(settings.build(), fresh(settings), seen(stable, panic, ready), NOW);
    assertThat(after.desired()).as(why).isEqualTo(pods);
    int expected = burst <= 0 ? (int) burst : excess(target, burst, panic, ready);
    assertThat(after.excessBurstCapacity()).isEqualTo(expected);
  }

  @ParameterizedTest(name = "stable {0}, panic {1}")
  @CsvSource({"50, 30, 50", "20, 30, 30"})
  void inPanic_theLargerWindowDecides(double stable, double panic, int pods) {
    var panicking = new ScalerState(5, 0, Optional.of(NOW.minusSeconds(5)), 5, List.of());
    ScalerState after =
        KnativeScaler.decide(Settings.of(1, 100).build(), panicking, seen(stable, panic, 5), NOW);
    assertThat(after.desired()).isEqualTo(pods);
  }

  @Test
  void unreachable_mayShrinkAtOnce() {
    Settings settings = Settings.of(10, 1982).rates(10, 1.1);
    var seen = new Observation(Load.of(1, 1), 100, false);
    assertThat(KnativeScaler.decide(settings.build(), fresh(settings), seen, NOW).desired())
        .isEqualTo(1);
  }

  @Test
  void unknownLoad_changesNothing() {
    Settings settings = Settings.of(10, 100);
    ScalerState before = fresh(settings);
    assertThat(
            KnativeScaler.decide(
                settings.build(), before, new Observation(Load.UNKNOWN, 3, true), NOW))
        .isSameAs(before);
  }

  @Test
  void panic_holdsThePodsForAStableWindow() {
    ScaleSettings settings = Settings.of(10, 93).build();
    ScalerState state = fresh(Settings.of(10, 93));
    state = KnativeScaler.decide(settings, state, seen(100, 100, 1), NOW);
    assertThat(state.desired()).isEqualTo(10);
    state = KnativeScaler.decide(settings, state, seen(100, 1000, 10), NOW);
    assertThat(state.desired()).isEqualTo(100);
    state = KnativeScaler.decide(settings, state, seen(1, 1, 10), NOW.plusSeconds(30));
    assertThat(state.desired()).as("still panicking").isEqualTo(100);
    state = KnativeScaler.decide(settings, state, seen(1, 1, 10), NOW.plusSeconds(60));
    assertThat(state.desired()).as("a window exactly is not over").isEqualTo(100);
    state = KnativeScaler.decide(settings, state, seen(1, 1, 10), NOW.plusSeconds(61));
    assertThat(state.desired()).as("panic is over").isEqualTo(1);
    assertThat(state.panicFloor()).isZero();
  }

  @Test
  void panic_endsAlthoughLoadGrowsSlowly() {
    ScaleSettings settings = Settings.of(1, 98).build();
    ScalerState state = fresh(Settings.of(1, 98));
    state = KnativeScaler.decide(settings, state, seen(11, 25, 10), NOW);
    assertThat(state.desired()).isEqualTo(25);
    state = KnativeScaler.decide(settings, state, seen(30, 41, 40), NOW.plus(WINDOW.dividedBy(2)));
    assertThat(state.desired()).isEqualTo(41);
    assertThat(state.panicSince()).as("not renewed").contains(NOW);
    state =
        KnativeScaler.decide(settings, state, seen(50, 56, 55), NOW.plus(WINDOW).plusSeconds(2));
    assertThat(state.desired()).isEqualTo(50);
    assertThat(state.isPanicking()).isFalse();
  }

  @Test
  void panic_isRenewedWhileLoadSurges() {
    ScaleSettings settings = Settings.of(1, 98).build();
    ScalerState state = fresh(Settings.of(1, 98));
    state = KnativeScaler.decide(settings, state, seen(11, 25, 10), NOW);
    Instant later = NOW.plus(WINDOW.dividedBy(2));
    state = KnativeScaler.decide(settings, state, seen(30, 80, 40), later);
    assertThat(state.desired()).isEqualTo(80);
    assertThat(state.panicSince()).contains(later);
  }

  @Test
  void stableMode_shrinksWithTheLoad() {
    ScaleSettings settings = Settings.of(10, 98).build();
    ScalerState state = fresh(Settings.of(10, 98));
    state = KnativeScaler.decide(settings, state, seen(100, 100, 8), NOW);
    assertThat(state.desired()).isEqualTo(10);
    state = KnativeScaler.decide(settings, state, seen(50, 50, 8), NOW);
    assertThat(state.desired()).isEqualTo(5);
  }

  @ParameterizedTest(name = "stable {0} at {1} ready wants {2}")
  @CsvSource({"0, 1, 0", "1, 1, 2", "15, 1, 2", "35, 1, 4", "1, 0, 2"})
  void activationScale_isTheLeastOfALoadAboveNothing(double load, int ready, int pods) {
    Settings settings = Settings.of(10, 75).bounds(0, 0, 1, 2);
    assertThat(
            KnativeScaler.decide(settings.build(), fresh(settings), seen(load, 0, ready), NOW)
                .desired())
        .isEqualTo(pods);
  }

  @Test
  void scaleDownDelay_holdsTheLargestWish() {
    Settings given = Settings.of(10, 0).delay(Duration.ofMinutes(5));
    ScaleSettings settings = given.build();
    ScalerState state = ScalerState.starting(settings, 0, NOW);
    state = KnativeScaler.decide(settings, state, seen(40, 40, 0), NOW.plusSeconds(2));
    assertThat(state.desired()).isEqualTo(4);
    state = KnativeScaler.decide(settings, state, seen(0, 0, 0), NOW.plusSeconds(300));
    assertThat(state.desired()).as("within the delay").isEqualTo(4);
    state = KnativeScaler.decide(settings, state, seen(0, 0, 0), NOW.plusSeconds(302));
    assertThat(state.desired()).as("the delay is over").isZero();

    state = KnativeScaler.decide(settings, state, seen(40, 40, 0), NOW.plusSeconds(540));
    state = KnativeScaler.decide(settings, state, seen(30, 30, 0), NOW.plusSeconds(600));
    assertThat(state.desired()).isEqualTo(4);
    state = KnativeScaler.decide(settings, state, seen(0, 0, 0), NOW.plusSeconds(660));
    assertThat(state.desired()).isEqualTo(4);
    state = KnativeScaler.decide(settings, state, seen(0, 0, 0), NOW.plusSeconds(840));
    assertThat(state.desired()).as("4 is past, 3 is not").isEqualTo(3);
    state = KnativeScaler.decide(settings, state, seen(0, 0, 0), NOW.plusSeconds(900));
    assertThat(state.desired()).isZero();
  }

  @Test
  void scaleDownDelay_doesNotHoldTheUnreachable() {
    ScaleSettings settings = Settings.of(10, 0).delay(Duration.ofMinutes(5)).build();
    ScalerState state = ScalerState.starting(settings, 0, NOW);
    state = KnativeScaler.decide(settings, state, seen(40, 40, 0), NOW);
    var gone = new Observation(Load.of(0, 0), 0, false);
    assertThat(KnativeScaler.decide(settings, state, gone, NOW.plusSeconds(2)).desired()).isZero();
  }

  @Test
  void noDelay_meansTwoDecisionsInOneSlotDiffer() {
    ScaleSettings settings = Settings.of(10, 0).build();
    ScalerState state = ScalerState.starting(settings, 4, NOW.minusSeconds(100));
    state = KnativeScaler.decide(settings, state, seen(40, 40, 4), NOW);
    state = KnativeScaler.decide(settings, state, seen(20, 20, 4), NOW.plusMillis(500));
    assertThat(state.desired()).isEqualTo(2);
  }

  /// TestStartInPanicMode, and the decider's first status in `multiscaler.go`.
  @ParameterizedTest(name = "{0} ready, burst {1}")
  @CsvSource({
    "0, 11, false, 2",
    "1, 11, false, 2",
    "2, 11, true, 2",
    "5, 0, true, 0",
    "0, -1, false, -1"
  })
  void aRestartWithSeveralPodsBeginsInPanic(int ready, double burst, boolean panic, int excess) {
    ScalerState state = ScalerState.starting(Settings.of(10, burst).build(), ready, NOW);
    assertThat(state.isPanicking()).isEqualTo(panic);
    assertThat(state.panicFloor()).isEqualTo(ready);
    assertThat(state.desired()).isEqualTo(-1);
    assertThat(state.excessBurstCapacity()).isEqualTo(excess);
  }

  @Test
  void oneRequestAtATimePerPod_wantsTwoPodsForOneSteadyRequest() {
    ScaleSettings settings = ScaleSettings.of(java.util.Map.of(), 1, AutoscalerConfig.DEFAULT);
    ScalerState state =
        KnativeScaler.decide(settings, ScalerState.starting(settings, 1, NOW), seen(1, 1, 1), NOW);
    assertThat(state.desired()).isEqualTo(2);
  }

  @Test
  void idlePodsHalveWithEachDecision() {
    ScaleSettings settings = ScaleSettings.of(java.util.Map.of(), 0, AutoscalerConfig.DEFAULT);
    var state = new ScalerState(100, 0, Optional.empty(), 0, List.of());
    int ready = 100;
    for (int expected : new int[] {50, 25, 12, 6, 3, 1, 0}) {
      state = KnativeScaler.decide(settings, state, seen(0, 0, ready), NOW);
      assertThat(state.desired()).isEqualTo(expected);
      ready = expected;
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {11, 12, 13, 14})
  void moreLoadNeverWantsFewerPods_andStepsStayWithinTheRates(long seed) {
    var random = new Random(seed);
    for (int i = 0; i < 5_000; i++) {
      double up = 1.1 + 10 * random.nextDouble();
      double down = 1.1 + 5 * random.nextDouble();
      Settings given = Settings.of(0.5 + 20 * random.nextDouble(), 0).rates(up, down);
      int ready = random.nextInt(50);
      double stable = 500 * random.nextDouble();
      double panic = 500 * random.nextDouble();
      double more = 100 * random.nextDouble();
      var from = new ScalerState(ready, 0, Optional.empty(), 0, List.of());
      int pods =
          KnativeScaler.decide(given.build(), from, seen(stable, panic, ready), NOW).desired();
      int busier =
          KnativeScaler.decide(given.build(), from, seen(stable + more, panic + more, ready), NOW)
              .desired();
      String story = "seed " + seed + ", step " + i;
      assertThat(busier).as(story).isGreaterThanOrEqualTo(pods);
      assertThat(pods)
          .as(story)
          .isBetween(
              (int) Math.floor(Math.max(1, ready) / down),
              (int) Math.ceil(Math.max(1, ready) * up));
    }
  }
}
