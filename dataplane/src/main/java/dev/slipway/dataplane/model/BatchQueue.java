package dev.slipway.dataplane.model;

import dev.slipway.dataplane.model.Batcher.Waiting;
import dev.slipway.dataplane.model.ModelSettings.Batching;
import dev.slipway.dataplane.model.ModelSettings.Limits;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/// Requests waiting to be joined, and the threads that take them. Everything is guarded by `lock`;
/// computing happens outside it. Threads start when needed and end when idle.
final class BatchQueue implements AutoCloseable {
  private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(20);

  private final String model;
  private final Limits limits;
  private final Batching batching;
  private final Consumer<List<Waiting>> compute;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Deque<Waiting> waiting = new ArrayDeque<>();
  private int threads;
  private int idle;
  private boolean closed;

  BatchQueue(String model, Limits limits, Batching batching, Consumer<List<Waiting>> compute) {
    this.model = model;
    this.limits = limits;
    this.batching = batching;
    this.compute = compute;
  }

  int size() {
    lock.lock();
    try {
      return waiting.size();
    } finally {
      lock.unlock();
    }
  }

  void offer(Waiting request) {
    lock.lock();
    try {
      if (closed) {
        throw new ServeException.Retired(model);
      }
      if (waiting.size() >= limits.queue()) {
        throw Workers.overloaded(model, limits);
      }
      waiting.add(request);
      if (idle > 0) {
        changed.signal();
      } else if (threads < limits.instances()) {
        threads++;
        Thread.ofPlatform().daemon().name("batches of " + model).start(this::work);
      }
    } finally {
      lock.unlock();
    }
  }

  private void work() {
    for (var batch = take(); !batch.isEmpty(); batch = take()) {
      compute.accept(batch);
    }
  }

  /// The next requests to compute together; empty when this thread is to end.
  private List<Waiting> take() {
    lock.lock();
    try {
      long idleUntil = System.nanoTime() + IDLE_NANOS;
      while (true) {
        dropAbandoned();
        var batch = waiting.isEmpty() ? List.<Waiting>of() : ready();
        if (!batch.isEmpty()) {
          waiting.removeAll(batch);
          if (!waiting.isEmpty() && idle > 0) {
            changed.signal();
          }
          return batch;
        }
        long patience = waiting.isEmpty() ? idleUntil - System.nanoTime() : oldestMayWait();
        if (waiting.isEmpty() && (patience <= 0 || closed)) {
          threads--;
          return List.of();
        }
        pause(patience);
      }
    } finally {
      lock.unlock();
    }
  }

  @SuppressWarnings("WaitNotInLoop") // take() loops
  private void pause(long nanos) {
    idle++;
    try {
      changed.awaitNanos(Math.max(1, nanos));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      closed = true;
    } finally {
      idle--;
    }
  }

  private void dropAbandoned() {
    while (!waiting.isEmpty() && waiting.getFirst().answer().isDone()) {
      waiting.removeFirst();
    }
  }

  private long oldestMayWait() {
    return waiting.getFirst().sinceNanos() + batching.maxDelay().toNanos() - System.nanoTime();
  }

  /// What should be computed now; empty if waiting for company is better.
  private List<Waiting> ready() {
    var fitting = fitting(batching.maxRows());
    int rows = rows(fitting);
    if (closed || rows >= batching.maxRows() || oldestMayWait() <= 0) {
      return fitting;
    }
    for (int size : batching.preferredRows().reversed()) {
      var preferred = size <= rows ? fitting(size) : List.<Waiting>of();
      if (rows(preferred) == size) {
        return preferred;
      }
    }
    return List.of();
  }

  /// In order of arrival, those that go with the oldest, up to a number of rows; the oldest always.
  private List<Waiting> fitting(int maxRows) {
    var oldest = waiting.getFirst();
    var chosen = new ArrayList<Waiting>();
    int rows = 0;
    for (var candidate : waiting) {
      if (candidate.answer().isDone() || !goesWith(oldest, candidate)) {
        continue;
      }
      if (!chosen.isEmpty() && rows + candidate.rows() > maxRows) {
        break;
      }
      chosen.add(candidate);
      rows += candidate.rows();
    }
    return chosen;
  }

  private static boolean goesWith(Waiting oldest, Waiting candidate) {
    return oldest.model() == candidate.model() && oldest.key().equals(candidate.key());
  }

  private static int rows(List<Waiting> some) {
    return some.stream().mapToInt(Waiting::rows).sum();
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
