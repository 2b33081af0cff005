package dev.slipway.bench;

import dev.slipway.autoscaling.LoadKey;
import dev.slipway.autoscaling.LoadMeters;
import dev.slipway.autoscaling.Meter;
import dev.slipway.autoscaling.knative.AutoscalerConfig;
import dev.slipway.autoscaling.knative.LoadHistory;
import dev.slipway.autoscaling.knative.ScaleSettings;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;

/// What counting a request costs, by CPU time, and what a silent revision holds, by heap.
public final class MeterBench {
  private static final int ROUNDS = 200;
  private static final int REQUESTS = 100_000;
  private static final int REVISIONS = 100_000;
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private MeterBench() {}

  public static void main(String[] arguments) throws InterruptedException {
    var meter = new Meter(new LoadKey("default", "iris-00001"), 0);
    System.out.printf(Locale.ROOT, "alone: %.1f ns a request, in and out%n", best(meter));
    var others = new Thread[3];
    for (int i = 0; i < others.length; i++) {
      others[i] = Thread.ofPlatform().daemon().start(() -> rounds(meter, 4 * ROUNDS));
    }
    System.out.printf(Locale.ROOT, "with 3 threads beside: %.1f ns%n", best(meter));
    for (Thread other : others) {
      other.join();
    }
    long before = usedAfterCollection();
    var meters = new LoadMeters();
    var histories = new LoadHistory[REVISIONS];
    ScaleSettings settings = ScaleSettings.of(Map.of(), 0, AutoscalerConfig.DEFAULT);
    for (int i = 0; i < REVISIONS; i++) {
      meters.meter(new LoadKey("default", "iris-" + i), 0);
      histories[i] = new LoadHistory(settings);
    }
    long held = usedAfterCollection() - before;
    System.out.printf(Locale.ROOT, "%d bytes a silent revision%n", held / REVISIONS);
    if (meters.inFlight(new LoadKey("default", "iris-0")) != 0 || histories[0] == null) {
      throw new IllegalStateException("a silent revision has no requests");
    }
  }

  private static double best(Meter meter) {
    double[] rounds = rounds(meter, ROUNDS);
    return Arrays.stream(rounds).min().orElseThrow();
  }

  /// Nanoseconds of CPU a request, round by round; the clock is read once a round.
  private static double[] rounds(Meter meter, int count) {
    var rounds = new double[count];
    for (int round = 0; round < count; round++) {
      long now = System.nanoTime();
      long from = THREADS.getCurrentThreadCpuTime();
      for (int i = 0; i < REQUESTS; i++) {
        meter.enter(now + i);
        meter.exit(now + i + 1);
      }
      rounds[round] = (double) (THREADS.getCurrentThreadCpuTime() - from) / REQUESTS;
    }
    return rounds;
  }

  private static long usedAfterCollection() {
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }
}
