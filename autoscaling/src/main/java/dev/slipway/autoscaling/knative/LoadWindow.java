package dev.slipway.autoscaling.knative;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Averages a load over the last seconds, in buckets of one second. Not thread-safe.
///
/// Several records of one second add up; late ones join their bucket while it is in the window. The
/// average is over the seconds since the first record, at most the window; seconds without a record
/// between two records count as 0, but seconds since the last record do not: silence shortens the
/// window rather than pulling the mean down, and after a whole window of silence the average is 0
/// and the next record starts afresh. See knative/serving
/// `pkg/autoscaler/aggregation/bucketing.go`.
///
/// The ring of buckets exists only while one of them holds something other than 0.
public final class LoadWindow {
  /// How the buckets of a window become one figure.
  public enum Averaging {
    /// Their mean, rounded to six digits.
    LINEAR,
    /// Newer ones weigh more: `sum(v[i] * a * (1-a)^i)`, `i` seconds ago,
    /// `a = max(0.2, 1 - 0.0001^(1/window))`.
    WEIGHTED_EXPONENTIAL
  }

  private static final double MIN_SMOOTHING = 0.2;
  private static final double WEIGHT_PRECISION = 0.9999;
  private static final double SIX_DIGITS = 1e6;
  private static final long NEVER = Long.MIN_VALUE / 2;

  private final Averaging averaging;
  private int seconds;
  private double @Nullable [] buckets; // by second modulo length; null: all 0
  private double total; // of all buckets
  private int filled; // buckets that are not 0
  private long first = NEVER; // epoch second of the first record
  private long last = NEVER; // epoch second of the newest record

  /// @param length whole seconds, at least one; a fraction counts as a whole
  public LoadWindow(Duration length, Averaging averaging) {
    this.seconds = seconds(length);
    this.averaging = averaging;
  }

  /// The window's length.
  public Duration length() {
    return Duration.ofSeconds(seconds);
  }

  /// Adds `value` to the second of `at`; ignored if that is a window or more before the newest one.
  public void record(Instant at, double value) {
    long second = at.getEpochSecond();
    if (second > last) {
      advance(second);
    } else if (second + seconds <= last) {
      return;
    }
    first = Math.min(first, second);
    add(second, value);
  }

  /// Counts the seconds since the last record, up to that of `until`, as seconds of no load.
  public void recordSilence(Instant until) {
    if (until.getEpochSecond() > last) {
      record(until, 0);
    }
  }

  /// The average at `now`; 0 if there is nothing to average.
  public double average(Instant now) {
    long silent = Math.max(0, now.getEpochSecond() - last);
    double[] ring = buckets;
    if (ring == null) {
      return 0;
    }
    return switch (averaging) {
      case LINEAR -> silent >= seconds ? 0 : mean(ring, (int) silent);
      case WEIGHTED_EXPONENTIAL -> silent > seconds ? 0 : weighted(ring, (int) silent);
    };
  }

  /// Whether nothing was recorded for longer than the window.
  public boolean isEmpty(Instant now) {
    return now.getEpochSecond() - last > seconds;
  }

  /// Changes the window's length, keeping what fits.
  public void resize(Duration length, Instant now) {
    int wanted = seconds(length);
    if (wanted == seconds) {
      return;
    }
    if (isEmpty(now)) {
      clear();
      first = NEVER;
      last = NEVER;
    } else {
      copyInto(wanted);
    }
    seconds = wanted;
  }

  /// Whether a ring of buckets is held; for tests of memory.
  boolean holdsBuckets() {
    return buckets != null;
  }

  private static int seconds(Duration length) {
    return Math.toIntExact(Math.max(1, length.plusNanos(999_999_999).toSeconds()));
  }

  private void advance(long second) {
    if (second - last >= seconds) {
      clear();
      first = second;
    } else {
      for (long each = last + 1; each <= second && buckets != null; each++) {
        empty(index(each));
      }
    }
    last = second;
  }

  private void empty(int index) {
    double[] ring = buckets;
    if (ring != null && ring[index] != 0) {
      total -= ring[index];
      ring[index] = 0;
      filled--;
      if (filled == 0) {
        clear();
      }
    }
  }

  private void add(long second, double value) {
    if (value == 0) {
      return;
    }
    double[] ring = buckets;
    if (ring == null) {
      ring = new double[seconds];
      buckets = ring;
    }
    int index = index(second);
    filled += ring[index] == 0 ? 1 : 0;
    ring[index] += value;
    total += value;
    if (ring[index] == 0) {
      filled--;
    }
  }

  private double mean(double[] ring, int silent) {
    double sum = total;
    for (long each = last + 1; each <= last + silent; each++) {
      sum -= ring[index(each)];
    }
    double valid = Math.min(last - first + 1, seconds - silent);
    return Math.floor(sum / valid * SIX_DIGITS + 0.5) / SIX_DIGITS;
  }

  private double weighted(double[] ring, int silent) {
    double smoothing = smoothing(seconds);
    double weight = smoothing * Math.pow(1 - smoothing, silent);
    double sum = 0;
    for (int ago = 0; ago < seconds - silent; ago++) {
      sum += ring[index(last - ago)] * weight;
      weight *= 1 - smoothing;
    }
    return sum;
  }

  /// The share of the newest bucket: so large that the window's weights sum to 0.9999.
  static double smoothing(int buckets) {
    return Math.max(MIN_SMOOTHING, 1 - Math.pow(1 - WEIGHT_PRECISION, 1.0 / buckets));
  }

  private void copyInto(int wanted) {
    double[] ring = buckets;
    // As if every second of the old window had been recorded: the figures before it are gone.
    first = last - seconds + 1;
    if (ring == null) {
      return;
    }
    var copy = new double[wanted];
    total = 0;
    filled = 0;
    for (int ago = 0; ago < Math.min(wanted, seconds); ago++) {
      double value = ring[index(last - ago)];
      copy[Math.floorMod(last - ago, wanted)] = value;
      total += value;
      filled += value == 0 ? 0 : 1;
    }
    buckets = copy;
    if (filled == 0) {
      clear();
    }
  }

  private void clear() {
    buckets = null;
    total = 0;
    filled = 0;
  }

  private int index(long second) {
    return Math.floorMod(second, seconds);
  }

  @Override
  public String toString() {
    return "LoadWindow[" + seconds + " s, " + Arrays.toString(buckets) + "]";
  }
}
