package dev.slipway.dataplane.model;

import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/// Keeps models in memory within a budget: what was used least recently goes first, and comes back
/// with its next request.
final class Residency {
  private final long budgetBytes;
  private final Map<Servable, Long> inMemory = new ConcurrentHashMap<>();
  private final LongAdder usedBytes = new LongAdder();

  Residency(long budgetBytes) {
    this.budgetBytes = budgetBytes;
  }

  long budgetBytes() {
    return budgetBytes;
  }

  /// Bytes held now; an estimate.
  long usedBytes() {
    return usedBytes.sum();
  }

  /// Evicts until so many bytes are free, or nothing idle is left.
  ///
  /// @param keep is not evicted
  void makeRoom(long bytes, Servable keep) {
    if (usedBytes() + bytes <= budgetBytes) {
      return;
    }
    var oldestFirst =
        inMemory.keySet().stream()
            .sorted(Comparator.comparingLong(Servable::lastUsedNanos))
            .toList();
    for (var candidate : oldestFirst) {
      if (usedBytes() + bytes <= budgetBytes) {
        return;
      }
      if (candidate != keep && candidate.evict()) {
        gone(candidate);
      }
    }
  }

  void admitted(Servable servable) {
    long bytes = servable.memoryBytes();
    var before = inMemory.put(servable, bytes);
    usedBytes.add(bytes - (before == null ? 0 : before));
    makeRoom(0, servable);
  }

  void gone(Servable servable) {
    var bytes = inMemory.remove(servable);
    if (bytes != null) {
      usedBytes.add(-bytes);
    }
  }
}
