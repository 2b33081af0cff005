package dev.slipway.autoscaling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.slipway.autoscaling.LoadSamples.Sample;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MeterTest {
  private static final long SECOND = 1_000_000_000L;
  private static final LoadKey KEY = new LoadKey("default", "iris-00001");

  private static long at(double seconds) {
    return (long) (seconds * SECOND);
  }

  @Test
  void averagesTheRequestsInFlight() {
    var meter = new Meter(KEY, 0);
    meter.enter(at(0));
    meter.enter(at(0.5));
    assertThat(meter.report(at(1))).isEqualTo(new Sample(1.5, 2));
    meter.exit(at(1.25));
    assertThat(meter.report(at(2)))
        .as("one for a quarter, one all along")
        .isEqualTo(new Sample(1.25, 0));
    meter.exit(at(2));
    assertThat(meter.report(at(3))).isEqualTo(Sample.NONE);
    assertThat(meter.inFlight()).isZero();
  }

  @Test
  void aRequestWithinThePeriodCountsForItsTime() {
    var meter = new Meter(KEY, 0);
    for (int i = 0; i < 100; i++) {
      meter.enter(at(0.01 * i));
      meter.exit(at(0.01 * i + 0.005));
    }
    Sample sample = meter.report(at(1));
    assertThat(sample.averageConcurrency()).isCloseTo(0.5, within(1e-6));
    assertThat(sample.requests()).isEqualTo(100);
  }

  @Test
  void eventsALittleOutOfOrderAreCountedExactly() {
    var meter = new Meter(KEY, 0);
    meter.enter(at(0.5));
    meter.enter(at(0.4));
    meter.exit(at(0.6));
    meter.exit(at(0.7));
    assertThat(meter.report(at(1)).averageConcurrency()).isCloseTo(0.4, within(1e-9));
  }

  @Test
  void aClockNearItsEndDoesNotMatter() {
    long start = Long.MAX_VALUE - SECOND / 2;
    var meter = new Meter(KEY, start);
    meter.enter(start);
    assertThat(meter.report(start + SECOND)).isEqualTo(new Sample(1, 1));
  }

  /// Threads that meet in one meter, with times of their own making.
  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {41, 42, 43})
  void manyThreads_nothingIsLost(long seed) throws InterruptedException {
    var meter = new Meter(KEY, 0);
    int threads = 8;
    int requests = 20_000;
    var area = new AtomicLong();
    var start = new CountDownLatch(1);
    List<Thread> all = new ArrayList<>();
    for (int t = 0; t < threads; t++) {
      var random = new Random(seed * 100 + t);
      all.add(
          Thread.startVirtualThread(
              () -> {
                await(start);
                long mine = 0;
                for (int i = 0; i < requests; i++) {
                  long enter = random.nextLong(SECOND);
                  long exit = enter + random.nextLong(SECOND - enter);
                  meter.enter(enter);
                  meter.exit(exit);
                  mine += exit - enter;
                }
                area.addAndGet(mine);
              }));
    }
    start.countDown();
    for (Thread thread : all) {
      thread.join();
    }
    Sample sample = meter.report(SECOND);
    assertThat(sample.requests()).as("seed %d", seed).isEqualTo(threads * requests);
    assertThat(sample.averageConcurrency())
        .as("seed %d", seed)
        .isCloseTo((double) area.get() / SECOND, within(1e-6));
    assertThat(meter.inFlight()).isZero();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
