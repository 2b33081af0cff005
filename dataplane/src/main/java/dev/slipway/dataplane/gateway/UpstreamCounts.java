package dev.slipway.dataplane.gateway;

import java.util.concurrent.atomic.AtomicLongArray;

/// What an upstream's requests came to: answers by status, and how long they took. Thread-safe.
final class UpstreamCounts {
  /// Upper bounds in milliseconds, as Knative's proxies have them.
  private static final int[] BOUNDS = {
    5, 10, 20, 40, 60, 80, 100, 150, 200, 250, 300, 350, 400, 450, 500, 600, 700, 800, 900, 1_000,
    2_000, 5_000, 10_000, 20_000, 50_000, 100_000
  };

  private static final int FIRST_STATUS = 100;
  private static final int STATUSES = 500;
  private static final long NANOS_PER_MILLI = 1_000_000;

  private final AtomicLongArray statuses = new AtomicLongArray(STATUSES);
  private final AtomicLongArray buckets = new AtomicLongArray(BOUNDS.length + 2);

  /// A request is over.
  void answered(int status, long nanos) {
    statuses.incrementAndGet(
        Math.clamp(status, FIRST_STATUS, FIRST_STATUS + STATUSES - 1) - FIRST_STATUS);
    long millis = nanos / NANOS_PER_MILLI;
    int bucket = 0;
    while (bucket < BOUNDS.length && millis >= BOUNDS[bucket]) {
      bucket++;
    }
    buckets.incrementAndGet(bucket);
    buckets.addAndGet(BOUNDS.length + 1, nanos);
  }

  /// Receives what was counted of one status.
  @FunctionalInterface
  interface Statuses {
    void count(int status, long requests);
  }

  void each(Statuses sink) {
    for (int i = 0; i < STATUSES; i++) {
      long requests = statuses.get(i);
      if (requests > 0) {
        sink.count(FIRST_STATUS + i, requests);
      }
    }
  }

  static double[] boundsMillis() {
    var bounds = new double[BOUNDS.length + 1];
    for (int i = 0; i < BOUNDS.length; i++) {
      bounds[i] = BOUNDS[i];
    }
    bounds[BOUNDS.length] = Double.POSITIVE_INFINITY;
    return bounds;
  }

  /// Requests in each bucket, the last being the one without a bound; not cumulative.
  long[] buckets() {
    var counts = new long[BOUNDS.length + 1];
    for (int i = 0; i < counts.length; i++) {
      counts[i] = buckets.get(i);
    }
    return counts;
  }

  double totalMillis() {
    return (double) buckets.get(BOUNDS.length + 1) / NANOS_PER_MILLI;
  }
}
