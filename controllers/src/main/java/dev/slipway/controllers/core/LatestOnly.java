package dev.slipway.controllers.core;

import dev.slipway.control.Key;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;

/// Does something for objects beside those who ask: for one object one thing at a time, and of
/// several that wait only the latest. Thread-safe.
///
/// @param <T> what is to be done
final class LatestOnly<T> implements AutoCloseable {
  private static final int AT_ONCE = 64;
  private static final Duration FIRST_RETRY = Duration.ofMillis(5);
  private static final Duration LAST_RETRY = Duration.ofSeconds(30);

  private final String name;
  private final Duration delay;
  private final Consumer<T> work;
  private final Map<Key, Slot<T>> slots = new ConcurrentHashMap<>();
  private final Semaphore turns = new Semaphore(AT_ONCE);
  private volatile boolean closed;

  /// The latest that waits, where one does; there is a slot while a thread is at work for its key.
  private record Slot<T>(Optional<T> waiting) {}

  /// @param delay before each piece of work, for more to come
  LatestOnly(String name, Duration delay, Consumer<T> work) {
    this.name = name;
    this.delay = delay;
    this.work = work;
  }

  void put(Key key, T wanted) {
    var before = slots.put(key, new Slot<>(Optional.of(wanted)));
    if (before == null) {
      Thread.ofVirtual().name(name).start(() -> run(key));
    }
  }

  private void run(Key key) {
    try {
      while (!closed) {
        Thread.sleep(delay);
        var slot = slots.put(key, new Slot<>(Optional.empty()));
        if (slot != null && slot.waiting.isPresent()) {
          untilDone(key, slot.waiting.get());
        }
        if (slots.computeIfPresent(key, (_, now) -> now.waiting.isPresent() ? now : null) == null) {
          return;
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /// Until it succeeds, is pointless, or something newer waits.
  private void untilDone(Key key, T wanted) throws InterruptedException {
    var wait = FIRST_RETRY;
    while (!closed && !done(key, wanted)) {
      Thread.sleep(wait);
      wait = wait.multipliedBy(2).compareTo(LAST_RETRY) < 0 ? wait.multipliedBy(2) : LAST_RETRY;
      var slot = slots.get(key);
      if (slot != null && slot.waiting.isPresent()) {
        return;
      }
    }
  }

  private boolean done(Key key, T wanted) throws InterruptedException {
    turns.acquire();
    try {
      work.accept(wanted);
      return true;
    } catch (RuntimeException problem) {
      return closed || !EndpointSlices.mayPass(key, problem);
    } finally {
      turns.release();
    }
  }

  @Override
  public void close() {
    closed = true;
  }
}
