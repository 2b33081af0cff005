package dev.slipway.autoscaling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.autoscaling.LoadSamples.Sample;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class LoadMetersTest {
  private static final long SECOND = LoadSamples.PERIOD_NANOS;
  private static final LoadKey IRIS = new LoadKey("default", "iris-00001");

  private final LoadMeters meters = new LoadMeters();
  private final List<String> wanted = new ArrayList<>();

  LoadMetersTest() {
    meters.whenWanted(key -> wanted.add(key.toString()));
  }

  private List<String> take(long nanos) {
    var taken = new ArrayList<String>();
    meters.take(
        nanos,
        (key, sample) ->
            taken.add(key.name() + " " + sample.averageConcurrency() + " " + sample.requests()));
    return taken;
  }

  @Test
  void silenceSaysNothing() {
    meters.meter(IRIS, 0);
    assertThat(take(SECOND)).isEmpty();
    assertThat(wanted).isEmpty();
  }

  @Test
  void theFirstRequestIsToldAtOnce_andLeftOutOfTheReport() {
    Meter meter = meters.meter(IRIS, 0);
    long woken = 3_600 * SECOND;
    meter.enter(woken);
    meter.enter(woken);
    assertThat(wanted).containsExactly("default/iris-00001");
    assertThat(take(woken + SECOND)).containsExactly("iris-00001 1.0 1.0");
    assertThat(take(woken + 2 * SECOND))
        .as("in full from now on")
        .containsExactly("iris-00001 2.0 0.0");
  }

  @Test
  void oneLastZero_thenSilence_thenWantedAgain() {
    Meter meter = meters.meter(IRIS, 0);
    meter.enter(0);
    meter.exit(SECOND / 2);
    assertThat(take(SECOND)).as("only the first request").containsExactly("iris-00001 0.0 0.0");
    assertThat(take(2 * SECOND)).isEmpty();
    meter.enter(3 * SECOND);
    assertThat(wanted).hasSize(2);
    assertThat(take(4 * SECOND)).containsExactly("iris-00001 0.0 0.0");
    assertThat(take(5 * SECOND)).as("still in flight").containsExactly("iris-00001 1.0 0.0");
  }

  @Test
  void oneMeterForARevision() {
    assertThat(meters.meter(IRIS, 0)).isSameAs(meters.meter(IRIS, 5));
    meters.meter(IRIS, 0).enter(0);
    assertThat(meters.inFlight(IRIS)).isEqualTo(1);
    meters.forget(IRIS);
    assertThat(take(SECOND)).isEmpty();
    assertThat(meters.inFlight(IRIS)).isZero();
  }

  /// Requests that come while the meter is falling asleep are either reported or wake it.
  @Test
  void noRequestFallsBetweenSleepAndWaking() throws InterruptedException {
    var told = new AtomicLong();
    meters.whenWanted(_ -> told.incrementAndGet());
    Meter meter = meters.meter(IRIS, 0);
    var running = new AtomicBoolean(true);
    var reported = new AtomicLong();
    var clock = new AtomicLong();
    Thread reader =
        Thread.ofPlatform()
            .start(
                () -> {
                  while (running.get()) {
                    meters.take(
                        clock.incrementAndGet(),
                        (_, sample) -> reported.addAndGet((long) sample.requests()));
                  }
                });
    int requests = 200_000;
    for (int i = 0; i < requests; i++) {
      meter.enter(clock.get());
      meter.exit(clock.get());
    }
    running.set(false);
    reader.join();
    meters.take(
        clock.incrementAndGet(), (_, sample) -> reported.addAndGet((long) sample.requests()));
    assertThat(told.get() + reported.get()).isEqualTo(requests);
  }

  @Test
  void aSampleWithoutItsFirstRequestIsNeverBelowNothing() {
    assertThat(new Sample(0.3, 0).withoutFirst()).isEqualTo(Sample.NONE);
    assertThat(new Sample(2.5, 3).withoutFirst()).isEqualTo(new Sample(1.5, 2));
  }
}
