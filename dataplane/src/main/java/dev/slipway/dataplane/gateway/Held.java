package dev.slipway.dataplane.gateway;

import org.jspecify.annotations.Nullable;

/// Requests in the order they came, each able to leave from the middle in constant time. Guarded by
/// its owner's lock.
final class Held {
  private @Nullable Waiter first;
  private @Nullable Waiter last;
  private int size;

  int size() {
    return size;
  }

  @Nullable Waiter first() {
    return first;
  }

  void add(Waiter waiter) {
    waiter.inLine = true;
    waiter.before = last;
    if (last == null) {
      first = waiter;
    } else {
      last.after = waiter;
    }
    last = waiter;
    size++;
  }

  void remove(Waiter waiter) {
    if (!waiter.inLine) {
      return;
    }
    waiter.inLine = false;
    var before = waiter.before;
    var after = waiter.after;
    if (before == null) {
      first = after;
    } else {
      before.after = after;
    }
    if (after == null) {
      last = before;
    } else {
      after.before = before;
    }
    waiter.before = null;
    waiter.after = null;
    size--;
  }
}
