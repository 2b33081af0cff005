package dev.slipway.apiserver.store;

import dev.slipway.apiserver.store.Objects.CompactedException;
import dev.slipway.apiserver.store.Objects.Event;
import dev.slipway.apiserver.store.Objects.Feed;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// A reader's place in the changes of one shelf.
///
/// Implementation note: the reader announces itself in `waiting`, looks once more for a change and
/// at `stop`, and only then parks; whoever has news publishes it first and then unparks the thread
/// announced. So no wake-up is lost, and waking costs one volatile read where nobody waits.
final class ShelfFeed implements Feed {
  private final History history;
  private final Shelf shelf;
  private final String namespace;
  private volatile @Nullable Thread waiting;
  private long index;
  private long seen;

  ShelfFeed(History history, Shelf shelf, String namespace, long fromVersion) {
    this.history = history;
    this.shelf = shelf;
    this.namespace = namespace;
    this.seen = fromVersion;
    this.index = shelf.recent().firstAfter(fromVersion);
  }

  @Override
  public @Nullable Event next(long timeoutMillis, BooleanSupplier stop)
      throws InterruptedException {
    Event event = poll();
    return event == null ? await(timeoutMillis, stop) : event;
  }

  @Override
  public long seenVersion() {
    return seen;
  }

  @Override
  public void wake() {
    Thread thread = waiting;
    if (thread != null) {
      LockSupport.unpark(thread);
    }
  }

  @Override
  public void close() {
    shelf.feeds().remove(this);
    wake();
  }

  private @Nullable Event await(long timeoutMillis, BooleanSupplier stop)
      throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
    waiting = Thread.currentThread();
    try {
      while (true) {
        Event event = poll();
        long remaining = deadline - System.nanoTime();
        if (event != null || remaining <= 0 || history.isClosed() || stop.getAsBoolean()) {
          return event;
        }
        LockSupport.parkNanos(this, remaining);
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
      }
    } finally {
      waiting = null;
    }
  }

  /// The next change that concerns this reader and is visible, or null.
  private @Nullable Event poll() {
    long visible = history.resourceVersion();
    RecentChanges changes = shelf.recent();
    while (index < changes.end()) {
      Event event = changes.at(index);
      if (event == null) {
        throw new CompactedException(seen, history.compactedVersion());
      }
      if (event.version().resourceVersion() > visible) {
        break;
      }
      index++;
      boolean started = event.version().resourceVersion() > seen;
      seen = Math.max(seen, event.version().resourceVersion());
      if (!started) {
        continue; // the feed was opened at a version that did not exist yet
      }
      if (namespace.isEmpty() || namespace.equals(event.version().namespace())) {
        return event;
      }
    }
    seen = Math.max(seen, visible);
    return null;
  }
}
