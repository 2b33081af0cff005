package dev.slipway.engines.sklearn.pickle;

import dev.slipway.base.Bytes;

/// Memory granted to one read; every value made is charged before it is made.
final class Budget {
  /// What a small value and the references to it take, roughly.
  static final int VALUE_BYTES = 40;

  private final long limitBytes;
  private long usedBytes;

  Budget(long limitBytes) {
    this.limitBytes = limitBytes;
  }

  /// Charged so far.
  long usedBytes() {
    return usedBytes;
  }

  void charge(long bytes) {
    usedBytes += bytes;
    if (usedBytes > limitBytes || bytes < 0) {
      throw new PickleException(
          "its values need more than the " + Bytes.words(limitBytes) + " of memory allowed");
    }
  }
}
