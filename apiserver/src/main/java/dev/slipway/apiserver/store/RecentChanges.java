package dev.slipway.apiserver.store;

import dev.slipway.apiserver.store.Objects.Event;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/// The retained changes of one resource in version order, each at an index that never changes.
///
/// Implementation note: a ring that grows. One thread (the committer's) adds at the end and forgets
/// at the start; any number of threads read without a lock. A reader takes a slot first and then
/// looks whether its index is still retained, and the writer moves the start before it clears or
/// reuses a slot, so a slot that passes the check held the right event. A reader with an old ring
/// in hand finds in it what was there, because a ring that was replaced is never written again.
final class RecentChanges {
  private static final int FIRST_CAPACITY = 16;

  private volatile AtomicReferenceArray<@Nullable Event> ring =
      new AtomicReferenceArray<>(FIRST_CAPACITY);
  private volatile long start;
  private volatile long end;

  /// Index after the newest change.
  long end() {
    return end;
  }

  /// The change at an index below [#end], or null if it is no longer retained.
  @Nullable Event at(long index) {
    AtomicReferenceArray<@Nullable Event> slots = ring;
    Event event = slots.getAcquire(slot(slots, index));
    return index < start ? null : event;
  }

  /// The oldest retained change, or null if there is none.
  @Nullable Event oldest() {
    return start < end ? at(start) : null;
  }

  long startIndex() {
    return start;
  }

  /// Index of the first change after a version; right only if that version is retained.
  long firstAfter(long version) {
    long low = start;
    long high = end;
    while (low < high) {
      long middle = (low + high) >>> 1;
      Event event = at(middle);
      if (event == null || event.version().resourceVersion() <= version) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /// For the committer only.
  void add(Event event) {
    long index = end;
    if (index - start == ring.length()) {
      grow();
    }
    ring.setRelease(slot(ring, index), event);
    end = index + 1;
  }

  /// For the committer only.
  void forgetOldest() {
    long index = start;
    start = index + 1;
    ring.setRelease(slot(ring, index), null);
  }

  private void grow() {
    AtomicReferenceArray<@Nullable Event> old = ring;
    AtomicReferenceArray<@Nullable Event> larger = new AtomicReferenceArray<>(old.length() * 2);
    for (long index = start; index < end; index++) {
      larger.setPlain(slot(larger, index), old.getPlain(slot(old, index)));
    }
    ring = larger;
  }

  private static int slot(AtomicReferenceArray<?> slots, long index) {
    return (int) (index & (slots.length() - 1));
  }
}
