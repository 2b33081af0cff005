package dev.slipway.dataplane.gateway;

import dev.slipway.autoscaling.Outcomes;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;

/// What requests came to: answers by status, and how long they took. Thread-safe; takes memory only
/// for what was counted.
final class RequestCounts {
  /// Upper bounds in milliseconds, as Knative's proxies have them.
  private static final int[] BOUNDS = {
    5, 10, 20, 40, 60, 80, 100, 150, 200, 250, 300, 350, 400, 450, 500, 600, 700, 800, 900, 1_000,
    2_000, 5_000, 10_000, 20_000, 50_000, 100_000
  };

  private static final int FIRST_STATUS = 100;
  private static final int LAST_STATUS = 599;
  private static final int CLASS = 100;
  private static final int TIMES = (LAST_STATUS + 1 - FIRST_STATUS) / CLASS;
  private static final long NANOS_PER_MILLI = 1_000_000;

  /// Statuses by class, and behind them the times.
  private final AtomicReferenceArray<AtomicLongArray> parts = new AtomicReferenceArray<>(TIMES + 1);

  /// A request is over.
  void answered(int status, long nanos) {
    int slot = Math.clamp(status, FIRST_STATUS, LAST_STATUS) - FIRST_STATUS;
    part(slot / CLASS, CLASS).incrementAndGet(slot % CLASS);
    long millis = nanos / NANOS_PER_MILLI;
    int bucket = 0;
    while (bucket < BOUNDS.length && millis >= BOUNDS[bucket]) {
      bucket++;
    }
    var times = part(TIMES, BOUNDS.length + 2);
    times.incrementAndGet(bucket);
    times.addAndGet(BOUNDS.length + 1, nanos);
  }

  private AtomicLongArray part(int index, int length) {
    var known = parts.get(index);
    if (known != null) {
      return known;
    }
    parts.compareAndSet(index, null, new AtomicLongArray(length));
    return parts.get(index);
  }

  /// Whether nothing was counted.
  boolean isEmpty() {
    return parts.get(TIMES) == null;
  }

  /// Receives what was counted of one status.
  @FunctionalInterface
  interface Statuses {
    void count(int status, long requests);
  }

  void each(Statuses sink) {
    for (int i = 0; i < TIMES; i++) {
      var statuses = parts.get(i);
      for (int j = 0; statuses != null && j < CLASS; j++) {
        if (statuses.get(j) > 0) {
          sink.count(FIRST_STATUS + CLASS * i + j, statuses.get(j));
        }
      }
    }
  }

  /// For whoever compares revisions. Refusals that are the client's own doing (who it is, how often
  /// it calls, that it left) are no failures; requests that a model cannot take are.
  Outcomes.Counted outcome() {
    if (isEmpty()) {
      return Outcomes.Counted.NONE;
    }
    var sums = new long[2];
    each(
        (status, requests) -> {
          sums[0] += requests;
          sums[1] += failed(status) ? requests : 0;
        });
    return new Outcomes.Counted(
        sums[0],
        sums[1],
        DoubleStream.of(boundsMillis()).boxed().toList(),
        LongStream.of(buckets()).boxed().toList());
  }

  private static boolean failed(int status) {
    return switch (status) {
      case 400, 404, 405, 413, 415, 422 -> true;
      default -> status >= 500;
    };
  }

  /// Upper bounds, the last infinite.
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
    var times = part(TIMES, BOUNDS.length + 2);
    var counts = new long[BOUNDS.length + 1];
    for (int i = 0; i < counts.length; i++) {
      counts[i] = times.get(i);
    }
    return counts;
  }

  double totalMillis() {
    return (double) part(TIMES, BOUNDS.length + 2).get(BOUNDS.length + 1) / NANOS_PER_MILLI;
  }
}
