package dev.slipway.dataplane.model;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// How long a request may still wait, and what it is told when that is over.
final class Deadlines {
  private Deadlines() {}

  /// @param callerDeadlineNanos as [Caller#deadlineNanos()]
  static long remaining(Duration timeout, long callerDeadlineNanos) {
    long own = timeout.toNanos();
    if (callerDeadlineNanos == Long.MAX_VALUE) {
      return own;
    }
    return Math.clamp(callerDeadlineNanos - System.nanoTime(), 0, own);
  }

  static ServeException.TimedOut timedOut(String model, Duration timeout) {
    return new ServeException.TimedOut(
        "Model " + model + " gave no answer in time (the limit is " + timeout.toMillis() + " ms)");
  }

  static RuntimeException rethrow(@Nullable Throwable cause) {
    return switch (cause) {
      case RuntimeException problem -> problem;
      case Error error -> throw error;
      case null, default -> new IllegalStateException(cause);
    };
  }
}
