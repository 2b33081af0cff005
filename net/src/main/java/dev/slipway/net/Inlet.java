package dev.slipway.net;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What an event loop has received and one blocking reader has not yet taken.
///
/// Implementation note. Everything is guarded by one lock, which is never held while anything but
/// this class runs, except `release`. The loop is told to stop reading once `highBytes` are held,
/// and told to go on when the reader has emptied half; so what is held is at most `highBytes` and
/// one read more.
final class Inlet<T> {
  private record Held<T>(T item, int bytes) {}

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ArrayDeque<Held<T>> items = new ArrayDeque<>(4);
  private final int highBytes;
  private final Consumer<T> release;
  private final Runnable resume;

  private int heldBytes;
  private boolean paused;
  private boolean finished;
  private boolean closed;
  private @Nullable RuntimeException failure;

  /// @param release frees an item nobody will take
  /// @param resume asks the source to go on; called on the reader's thread
  Inlet(int highBytes, Consumer<T> release, Runnable resume) {
    this.highBytes = highBytes;
    this.release = release;
    this.resume = resume;
  }

  /// Adds an item; from the event loop.
  ///
  /// @return whether the source should pause
  boolean offer(T item, int bytes) {
    lock.lock();
    try {
      if (closed || finished || failure != null) {
        release.accept(item);
        return false;
      }
      items.add(new Held<>(item, bytes));
      heldBytes += bytes;
      paused |= heldBytes >= highBytes; // until the reader has been told to resume
      changed.signal();
      return paused;
    } finally {
      lock.unlock();
    }
  }

  /// No more items will come; those held can still be taken.
  void finish() {
    lock.lock();
    try {
      finished = true;
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  /// The source broke; the reader gets `cause` after the items held. Nothing after `finish`.
  void fail(RuntimeException cause) {
    lock.lock();
    try {
      if (!finished && failure == null) {
        failure = cause;
        changed.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  /// The next item; waits for it.
  ///
  /// @return empty at the end
  /// @throws RuntimeException what `fail` was given
  /// @throws StalledException if nothing came for `patience`
  Optional<T> take(Duration patience) throws InterruptedException {
    boolean wake;
    T item;
    lock.lock();
    try {
      if (!await(patience)) {
        return Optional.empty();
      }
      var held = items.remove();
      heldBytes -= held.bytes();
      wake = paused && heldBytes <= highBytes / 2;
      paused &= !wake;
      item = held.item();
    } finally {
      lock.unlock();
    }
    if (wake) {
      resume.run();
    }
    return Optional.of(item);
  }

  /// The next item if one is there; never waits, and tells the source nothing.
  Optional<T> poll() {
    lock.lock();
    try {
      var held = items.poll();
      if (held == null) {
        return Optional.empty();
      }
      heldBytes -= held.bytes();
      paused &= !items.isEmpty();
      return Optional.of(held.item());
    } finally {
      lock.unlock();
    }
  }

  int heldBytes() {
    lock.lock();
    try {
      return heldBytes;
    } finally {
      lock.unlock();
    }
  }

  /// What `fail` was given.
  Optional<RuntimeException> failure() {
    lock.lock();
    try {
      return Optional.ofNullable(failure);
    } finally {
      lock.unlock();
    }
  }

  /// Waits, holding the lock, until an item is there; false if none will come.
  private boolean await(Duration patience) throws InterruptedException {
    long nanos = patience.toNanos();
    while (items.isEmpty()) {
      if (failure != null) {
        throw failure;
      }
      if (finished || closed) {
        return false;
      }
      if (nanos <= 0) {
        throw new StalledException(patience);
      }
      nanos = changed.awaitNanos(nanos);
    }
    return true;
  }

  /// Drops what is held and whatever is still offered.
  void close() {
    lock.lock();
    try {
      closed = true;
      items.forEach(held -> release.accept(held.item()));
      items.clear();
      heldBytes = 0;
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  /// Whether the last item has been offered.
  boolean finished() {
    lock.lock();
    try {
      return finished;
    } finally {
      lock.unlock();
    }
  }

  /// Nothing came for longer than the reader was willing to wait.
  static final class StalledException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StalledException(Duration patience) {
      super("nothing received for " + patience.toMillis() + " ms", null, false, false);
    }
  }
}
