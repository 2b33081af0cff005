package dev.slipway.dataplane.model;

/// Who waits for an answer, as far as computing it must know.
public interface Caller {
  /// The caller's own deadline in [System#nanoTime] ticks; `Long.MAX_VALUE` for none.
  default long deadlineNanos() {
    return Long.MAX_VALUE;
  }

  /// Runs once when the caller goes away, at once if it has. Only asked where a request has to
  /// wait.
  void onGone(Runnable action);

  /// Hears in which joined call it is answered, where it waited for one that is told of.
  default void joined(String batch) {}

  /// One that never goes away.
  static Caller patient() {
    return _ -> {};
  }
}
