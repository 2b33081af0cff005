package dev.slipway.control;

import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Keys that wait to be worked on, first come first served.
///
/// A key waits once, however often it is added; it is never handed out twice at the same time;
/// added while it is out it waits again once it is back. A key that failed comes again later and
/// later and delays no other. Thread-safe: all state under its monitor.
final class WorkQueue {
  static final Duration FIRST_RETRY = Duration.ofMillis(5);
  static final Duration LAST_RETRY = Duration.ofSeconds(60);
  private static final int MAX_DOUBLINGS = 20;

  private record Later(long dueNanos, long order, Key key) {}

  private final LongSupplier nanos;
  private final LinkedHashSet<Key> ready = new LinkedHashSet<>();
  private final Set<Key> out = new HashSet<>();
  private final Set<Key> again = new HashSet<>();
  private final TreeSet<Later> later =
      new TreeSet<>(Comparator.comparingLong(Later::dueNanos).thenComparingLong(Later::order));
  private final Map<Key, Later> laterByKey = new HashMap<>();
  private final Map<Key, Integer> failures = new HashMap<>();
  private long order;
  private boolean closed;

  /// @param nanos a clock that only moves forward
  WorkQueue(LongSupplier nanos) {
    this.nanos = nanos;
  }

  synchronized void add(Key key) {
    if (out.contains(key)) {
      again.add(key);
    } else if (ready.add(key)) {
      notify();
    }
  }

  /// Waits for a key; null once closed.
  synchronized @Nullable Key take() throws InterruptedException {
    while (!closed) {
      Key key = poll();
      if (key != null) {
        return key;
      }
      OptionalLong due = untilNextDue();
      if (due.isEmpty()) {
        wait();
      } else {
        wait(due.getAsLong() / 1_000_000 + 1);
      }
    }
    return null;
  }

  /// A key that is ready, or null.
  synchronized @Nullable Key poll() {
    promote();
    Iterator<Key> first = ready.iterator();
    if (!first.hasNext()) {
      return null;
    }
    Key key = first.next();
    first.remove();
    out.add(key);
    return key;
  }

  /// Takes a key back that was worked on.
  ///
  /// @param wake when it is due again though nothing happens
  synchronized void done(Key key, Optional<Duration> wake) {
    failures.remove(key);
    back(key, wake);
  }

  /// Takes a key back that failed.
  ///
  /// @return how often it has failed in a row
  synchronized int failed(Key key, Optional<Duration> wake) {
    int times = failures.merge(key, 1, Integer::sum);
    Duration retry = FIRST_RETRY.multipliedBy(1L << Math.min(times - 1, MAX_DOUBLINGS));
    Duration delay = retry.compareTo(LAST_RETRY) < 0 ? retry : LAST_RETRY;
    back(key, Optional.of(wake.filter(each -> each.compareTo(delay) < 0).orElse(delay)));
    return times;
  }

  private void back(Key key, Optional<Duration> wake) {
    out.remove(key);
    Later before = laterByKey.remove(key);
    if (before != null) {
      later.remove(before);
    }
    if (again.remove(key)) {
      add(key);
    }
    wake.ifPresent(delay -> plan(key, delay));
  }

  private void plan(Key key, Duration delay) {
    var due = new Later(nanos.getAsLong() + Math.max(0, delay.toNanos()), order++, key);
    laterByKey.put(key, due);
    later.add(due);
    notify();
  }

  private void promote() {
    long now = nanos.getAsLong();
    while (!later.isEmpty() && later.first().dueNanos <= now) {
      Key key = later.removeFirst().key;
      laterByKey.remove(key);
      add(key);
    }
  }

  /// Nanoseconds until a key is due; empty where none waits for a moment.
  synchronized OptionalLong untilNextDue() {
    return later.isEmpty()
        ? OptionalLong.empty()
        : OptionalLong.of(Math.max(0, later.first().dueNanos - nanos.getAsLong()));
  }

  /// Whether nothing is ready and nothing is out.
  synchronized boolean isIdle() {
    promote();
    return ready.isEmpty() && out.isEmpty();
  }

  synchronized void close() {
    closed = true;
    notifyAll();
  }
}
