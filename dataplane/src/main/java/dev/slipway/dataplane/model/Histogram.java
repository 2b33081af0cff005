package dev.slipway.dataplane.model;

import java.util.concurrent.atomic.LongAdder;

/// Durations counted into the buckets that Prometheus' client libraries use by default, and two
/// finer
/// ones for answers that take microseconds.
public final class Histogram {
  /// Upper bounds in nanoseconds, ascending; what is longer falls into one more bucket.
  private static final long[] BOUNDS = {
    100_000L,
    1_000_000L,
    5_000_000L,
    10_000_000L,
    25_000_000L,
    50_000_000L,
    75_000_000L,
    100_000_000L,
    250_000_000L,
    500_000_000L,
    750_000_000L,
    1_000_000_000L,
    2_500_000_000L,
    5_000_000_000L,
    7_500_000_000L,
    10_000_000_000L
  };

  private final LongAdder[] buckets = new LongAdder[BOUNDS.length + 1];
  private final LongAdder nanos = new LongAdder();

  public Histogram() {
    for (int i = 0; i < buckets.length; i++) {
      buckets[i] = new LongAdder();
    }
  }

  public void record(long value) {
    int bucket = 0;
    while (bucket < BOUNDS.length && value > BOUNDS[bucket]) {
      bucket++;
    }
    buckets[bucket].increment();
    nanos.add(value);
  }

  /// Upper bounds in seconds.
  public static double[] boundsSeconds() {
    var bounds = new double[BOUNDS.length];
    for (int i = 0; i < bounds.length; i++) {
      bounds[i] = BOUNDS[i] / 1e9;
    }
    return bounds;
  }

  /// How many fell into each bucket, the last being the one without a bound; not cumulative.
  public long[] counts() {
    var counts = new long[buckets.length];
    for (int i = 0; i < counts.length; i++) {
      counts[i] = buckets[i].sum();
    }
    return counts;
  }

  public long count() {
    long count = 0;
    for (var bucket : buckets) {
      count += bucket.sum();
    }
    return count;
  }

  public long totalNanos() {
    return nanos.sum();
  }
}
