package dev.slipway.dataplane.model;

/// How long a model takes for a row, learnt from its calls; decides whether a call is quick enough
/// to
/// be computed where it arrived. A virtual thread that computes for long would keep others from
/// running.
final class Pace {
  /// A call expected to take longer goes to a thread of its own.
  static final long QUICK_NANOS = 300_000;

  private static final int CALLS_BEFORE_TRUST = 8;

  // Racy on purpose: a lost update makes the estimate a little older.
  private double nanosPerRow;
  private int calls;

  boolean quick(int rows) {
    return calls >= CALLS_BEFORE_TRUST && nanosPerRow * rows < QUICK_NANOS;
  }

  /// The mean moves by an eighth of each new call.
  void took(long nanos, int rows) {
    double perRow = (double) nanos / Math.max(1, rows);
    int count = calls;
    nanosPerRow = count == 0 ? perRow : nanosPerRow + (perRow - nanosPerRow) / 8;
    if (count < CALLS_BEFORE_TRUST) {
      calls = count + 1;
    }
  }
}
