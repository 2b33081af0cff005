package dev.slipway.dataplane.gateway;

import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/// The requests whose time is limited, looked at some times a second: entering and leaving cost a
/// few pointers, a timer of its own for each would cost more. Thread-safe.
final class InFlight {
  private static final int LISTS = 16; // a power of two

  private final Visits[] lists = new Visits[LISTS];

  InFlight() {
    for (int i = 0; i < LISTS; i++) {
      lists[i] = new Visits();
    }
  }

  /// A part of the requests; guarded by itself.
  private static final class Visits {
    @Nullable Timed first;
  }

  /// What has a time that can be over.
  abstract static class Timed {
    private @Nullable Visits list;
    private @Nullable Timed before;
    private @Nullable Timed after;

    /// Looks at the clock; under a lock, so it must be brief.
    ///
    /// @return whether its time is over
    abstract boolean due(long nanos);

    /// Ends it; called once for each time it was due, without a lock.
    abstract void expire();
  }

  void add(Timed timed) {
    var list = lists[(int) Thread.currentThread().threadId() & (LISTS - 1)];
    synchronized (list) {
      timed.list = list;
      timed.after = list.first;
      if (list.first != null) {
        list.first.before = timed;
      }
      list.first = timed;
    }
  }

  void remove(Timed timed) {
    var list = timed.list;
    if (list == null) {
      return;
    }
    synchronized (list) {
      var before = timed.before;
      var after = timed.after;
      if (before == null) {
        list.first = after;
      } else {
        before.after = after;
      }
      if (after != null) {
        after.before = before;
      }
      timed.before = null;
      timed.after = null;
      timed.list = null;
    }
  }

  /// Ends those whose time is over.
  void sweep(long nanos) {
    for (var list : lists) {
      var due = new ArrayList<Timed>(0);
      synchronized (list) {
        for (var each = list.first; each != null; each = each.after) {
          if (each.due(nanos)) {
            due.add(each);
          }
        }
      }
      due.forEach(Timed::expire);
    }
  }
}
