package dev.slipway.apiserver.store;

import java.util.ArrayDeque;
import java.util.Deque;

/// Decides how much history may go, by age, number and bytes. Time comes in as a value, in
/// nanoseconds of a clock that never goes back.
final class Retention {
  /// Ages are known to one part in so many of the retention.
  private static final int MARKS = 30;

  private final StoreSettings settings;
  private final Deque<Mark> marks = new ArrayDeque<>();

  /// At `nanos` the newest version was `version`.
  private record Mark(long nanos, long version) {}

  Retention(StoreSettings settings) {
    this.settings = settings;
  }

  /// How often [#observe] should be called at least.
  long markNanos() {
    return Math.max(settings.retention().toNanos() / MARKS, 1_000_000);
  }

  /// Learns that `newest` exists at `nanos`.
  void observe(long nanos, long newest) {
    Mark last = marks.peekLast();
    if (last == null || (last.version < newest && nanos - last.nanos >= markNanos())) {
      marks.addLast(new Mark(nanos, newest));
    }
  }

  /// The version to compact through next; `compacted` itself where nothing is due.
  long due(long nanos, long newest, long compacted, long retainedBytes) {
    long step = Math.min(newest, compacted + settings.compactionStep());
    if (newest - compacted > settings.retainedChanges()
        || retainedBytes > settings.retainedBytes()) {
      return step;
    }
    long outlived = compacted;
    while (!marks.isEmpty() && nanos - marks.peekFirst().nanos >= settings.retention().toNanos()) {
      outlived = marks.peekFirst().version;
      if (outlived > step) {
        return step;
      }
      marks.removeFirst();
    }
    return Math.max(outlived, compacted);
  }
}
