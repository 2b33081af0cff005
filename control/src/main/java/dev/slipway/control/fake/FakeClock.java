package dev.slipway.control.fake;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;

/// Time that passes when told to. Thread-safe.
public final class FakeClock implements InstantSource {
  /// When every fake world begins.
  public static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private final AtomicReference<Instant> now = new AtomicReference<>(START);

  @Override
  public Instant instant() {
    return now.get();
  }

  /// Nanoseconds since the start.
  public long nanos() {
    return Duration.between(START, now.get()).toNanos();
  }

  public void pass(Duration time) {
    now.updateAndGet(before -> before.plus(time));
  }
}
