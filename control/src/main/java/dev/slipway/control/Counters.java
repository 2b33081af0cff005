package dev.slipway.control;

import java.util.concurrent.atomic.LongAdder;

/// What [LoopCounts] is read from. Thread-safe.
final class Counters {
  final LongAdder plans = new LongAdder();
  final LongAdder writes = new LongAdder();
  final LongAdder events = new LongAdder();
  final LongAdder conflicts = new LongAdder();
  final LongAdder failures = new LongAdder();

  LoopCounts read() {
    return new LoopCounts(plans.sum(), writes.sum(), events.sum(), conflicts.sum(), failures.sum());
  }
}
