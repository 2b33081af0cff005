package dev.slipway.autoscaling.knative;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.autoscaling.LoadKey;
import dev.slipway.autoscaling.LoadMeters;
import dev.slipway.autoscaling.LoadSamples.Sample;
import dev.slipway.autoscaling.Meter;
import dev.slipway.autoscaling.knative.KnativeScaler.Observation;
import dev.slipway.autoscaling.knative.ScalePlanner.Reachability;
import dev.slipway.autoscaling.knative.ScalePlanner.Situation;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// One revision in simulated time, with the defaults: meter, windows, decisions and plans together.
final class KnativeScenarioTest {
  private static final LoadKey KEY = new LoadKey("default", "iris-00001");

  /// A revision whose pods are ready at once, decided whenever its plan asks for it.
  private static final class World {
    final ScaleSettings settings = ScaleSettings.of(Map.of(), 0, AutoscalerConfig.DEFAULT);
    final LoadMeters meters = new LoadMeters();
    final LoadHistory history = new LoadHistory(settings);
    final Meter meter = meters.meter(KEY, 0);
    Instant now = Instant.parse("2026-03-01T10:00:00Z");
    final Instant start = now;
    ScalerState state;
    Activity activity = Activity.starting(now);
    boolean initialized;
    int replicas;
    int mostReplicas;
    boolean panicked;
    long nextLook; // second; MAX: when wanted
    int looks;

    World() {
      replicas = settings.bounds().initial();
      state = ScalerState.starting(settings, 0, now);
      meters.whenWanted(
          _ -> {
            history.record(now, Sample.FIRST);
            nextLook = second();
          });
    }

    long second() {
      return Duration.between(start, now).toSeconds();
    }

    long nanos() {
      return Duration.between(start, now).toNanos();
    }

    void enter(int requests) {
      for (int i = 0; i < requests; i++) {
        meter.enter(nanos());
      }
      if (nextLook <= second()) {
        look();
      }
    }

    void exit(int requests) {
      for (int i = 0; i < requests; i++) {
        meter.exit(nanos());
      }
    }

    void pass(int seconds) {
      for (int i = 0; i < seconds; i++) {
        now = now.plusSeconds(1);
        meters.take(nanos(), (_, sample) -> history.record(now, sample));
        if (nextLook <= second()) {
          look();
        }
      }
    }

    void look() {
      looks++;
      if (replicas > 0) {
        history.recordSilence(now);
      }
      state =
          KnativeScaler.decide(
              settings, state, new Observation(history.load(now), replicas, true), now);
      panicked |= state.isPanicking();
      var situation =
          Situation.behindGateway(state, replicas, activity, initialized, Reachability.REACHABLE);
      ScalePlan plan = ScalePlanner.plan(settings, situation, now);
      activity = plan.activity();
      initialized = plan.initialized();
      if (plan.scale()) {
        replicas = plan.wanted();
        mostReplicas = Math.max(mostReplicas, replicas);
      }
      nextLook = plan.lookAgain().map(time -> second() + time.toSeconds()).orElse(Long.MAX_VALUE);
    }
  }

  @Test
  void withoutAnyRequest_theInitialPodGoes() {
    var world = new World();
    world.pass(64);
    assertThat(world.replicas).isZero();
    assertThat(world.activity.reason()).isEqualTo("NoTraffic");
  }

  @Test
  void oneRequest_isZeroAgainSixtyThreeSecondsLater() {
    var world = asleep();
    world.enter(1);
    assertThat(world.replicas).as("woken at once").isEqualTo(1);
    world.pass(1);
    world.exit(1);
    long last = world.second();
    while (world.replicas > 0 && world.second() < last + 120) {
      world.pass(1);
    }
    assertThat(world.second() - last).isBetween(61L, 65L);
  }

  @Test
  void asleep_nothingIsDecided() {
    var world = asleep();
    int before = world.looks;
    world.pass(1_000);
    assertThat(world.looks).isEqualTo(before);
  }

  @Test
  void aBurst_panics_thenSettles_thenGoesToZero() {
    var world = asleep();
    world.enter(1_000);
    world.pass(8);
    assertThat(world.panicked).isTrue();
    assertThat(world.replicas).as("1000 in flight at 70 a pod").isEqualTo(15);
    world.pass(20);
    world.exit(860);
    world.pass(30);
    assertThat(world.replicas).as("panic never shrinks").isEqualTo(15);
    world.pass(90);
    assertThat(world.state.isPanicking()).isFalse();
    assertThat(world.replicas).as("140 in flight at 70 a pod").isEqualTo(2);
    world.exit(140);
    world.pass(70);
    assertThat(world.replicas).isZero();
    assertThat(world.mostReplicas).isEqualTo(15);
  }

  private static World asleep() {
    var world = new World();
    world.pass(70);
    assertThat(world.replicas).isZero();
    assertThat(world.nextLook).isEqualTo(Long.MAX_VALUE);
    return world;
  }
}
