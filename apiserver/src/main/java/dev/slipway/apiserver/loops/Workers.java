package dev.slipway.apiserver.loops;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A queue of keys and the virtual threads that work them off.
///
/// A key waits once, however often it is added; it is never worked on twice at the same time; added
/// while under work it is worked on again. A step that fails is tried again later and later, and
/// delays no other key. All state is guarded by this object's monitor.
final class Workers<K> implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Workers.class);
  private static final Duration FIRST_RETRY = Duration.ofMillis(10);
  private static final Duration LAST_RETRY = Duration.ofSeconds(30);
  private static final int MAX_DOUBLINGS = 12;

  /// What is done with a key.
  @FunctionalInterface
  interface Step<K> {
    /// @throws Exception to be tried again
    void run(K key) throws Exception;
  }

  private record Later<K>(long dueNanos, K key) {}

  private final String name;
  private final int count;
  private final Step<K> step;
  private final LinkedHashSet<K> ready = new LinkedHashSet<>();
  private final Set<K> running = new HashSet<>();
  private final Set<K> again = new HashSet<>();
  private final Map<K, Long> dueByKey = new HashMap<>();
  private final PriorityQueue<Later<K>> later =
      new PriorityQueue<>((a, b) -> Long.compare(a.dueNanos - b.dueNanos, 0));
  private final Map<K, Integer> failures = new HashMap<>();
  private final List<Thread> threads = new ArrayList<>();
  private boolean closed;

  Workers(String name, int count, Step<K> step) {
    this.name = name;
    this.count = count;
    this.step = step;
  }

  synchronized void start() {
    for (int i = 0; i < count; i++) {
      threads.add(Thread.ofVirtual().name(name + "-" + i).start(this::work));
    }
  }

  synchronized void add(K key) {
    if (running.contains(key)) {
      again.add(key);
    } else if (ready.add(key)) {
      notify();
    }
  }

  /// Adds a key after a while, or sooner where it already waits for an earlier moment.
  synchronized void addAfter(K key, Duration delay) {
    long due = System.nanoTime() + delay.toNanos();
    Long planned = dueByKey.get(key);
    if (planned != null && planned - due <= 0) {
      return;
    }
    dueByKey.put(key, due);
    later.add(new Later<>(due, key));
    notify();
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    threads.forEach(Thread::interrupt);
  }

  private void work() {
    for (K key = take(); key != null; key = take()) {
      try {
        step.run(key);
        succeeded(key);
      } catch (InterruptedException _) {
        done(key);
        return;
      } catch (Exception failure) {
        retry(key, failure);
      } finally {
        done(key);
      }
    }
  }

  private synchronized @Nullable K take() {
    while (!closed) {
      long waitNanos = promote();
      if (!ready.isEmpty()) {
        Iterator<K> first = ready.iterator();
        K key = first.next();
        first.remove();
        running.add(key);
        return key;
      }
      try {
        if (waitNanos < 0) {
          wait();
        } else {
          wait(waitNanos / 1_000_000 + 1);
        }
      } catch (InterruptedException _) {
        return null;
      }
    }
    return null;
  }

  /// Moves what is due to the ready keys.
  ///
  /// @return nanoseconds until the next is due, negative where none waits
  private long promote() {
    long now = System.nanoTime();
    for (Later<K> next = later.peek(); next != null; next = later.peek()) {
      Long planned = dueByKey.get(next.key);
      boolean stale = planned == null || planned != next.dueNanos;
      if (!stale && next.dueNanos - now > 0) {
        return next.dueNanos - now;
      }
      later.poll();
      if (!stale) {
        dueByKey.remove(next.key);
        add(next.key);
      }
    }
    return -1;
  }

  private synchronized void succeeded(K key) {
    failures.remove(key);
  }

  private void retry(K key, Exception failure) {
    int before;
    synchronized (this) {
      before = failures.merge(key, 1, Integer::sum) - 1;
    }
    Duration delay = FIRST_RETRY.multipliedBy(1L << Math.min(before, MAX_DOUBLINGS));
    addAfter(key, delay.compareTo(LAST_RETRY) < 0 ? delay : LAST_RETRY);
    Level.of(before).log(name, key, failure);
  }

  private synchronized void done(K key) {
    running.remove(key);
    if (again.remove(key)) {
      add(key);
    }
  }

  /// A conflict now and then is the order of things; trouble that stays is worth a line.
  private enum Level {
    QUIET,
    LOUD;

    private static final int QUIET_FAILURES = 5;

    static Level of(int failuresBefore) {
      return failuresBefore < QUIET_FAILURES ? QUIET : LOUD;
    }

    void log(String loop, Object key, Exception failure) {
      switch (this) {
        case QUIET -> log.debug("{}: {}: will try again", loop, key, failure);
        case LOUD -> log.warn("{}: {}: will try again: {}", loop, key, failure.toString());
      }
    }
  }
}
