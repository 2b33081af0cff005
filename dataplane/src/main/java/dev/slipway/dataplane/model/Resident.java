package dev.slipway.dataplane.model;

import dev.slipway.inference.engine.LoadedModel;
import java.util.concurrent.atomic.AtomicLong;

/// A model in memory and how many calls are inside it. Closed by whoever leaves last after it was
/// retired, so no call ever meets a freed model.
///
/// Implementation note. One word: the number of calls inside, plus `RETIRED` once nobody may enter,
/// or `CLOSED` once the model is freed.
final class Resident {
  private static final long RETIRED = 1L << 60;
  private static final long CLOSED = 1L << 61;

  private final LoadedModel model;
  private final AtomicLong inside = new AtomicLong();

  Resident(LoadedModel model) {
    this.model = model;
  }

  LoadedModel model() {
    return model;
  }

  /// Whether the caller is now inside and must [#leave()].
  boolean enter() {
    if (inside.incrementAndGet() < RETIRED) {
      return true;
    }
    leave();
    return false;
  }

  /// Joins a caller who is inside, on another thread, also when nobody may enter any more: the call
  /// outlasts a caller who gives up.
  ///
  /// @return whether the joining thread is now inside and must [#leave()]; if not, no caller is
  /// there any more
  boolean join() {
    long found;
    do {
      found = inside.get();
      if (found == RETIRED || found >= CLOSED) {
        return false;
      }
    } while (!inside.compareAndSet(found, found + 1));
    return true;
  }

  void leave() {
    if (inside.decrementAndGet() == RETIRED) {
      closeOnce();
    }
  }

  /// Lets nobody in any more.
  void retire() {
    long found;
    do {
      found = inside.get();
      if (found >= RETIRED) {
        return;
      }
    } while (!inside.compareAndSet(found, found + RETIRED));
    if (found == 0) {
      closeOnce();
    }
  }

  /// Late visitors may make the count pass through `RETIRED` again; one of them wins.
  private void closeOnce() {
    if (inside.compareAndSet(RETIRED, CLOSED)) {
      model.close();
    }
  }

  boolean idle() {
    return inside.get() == 0;
  }
}
