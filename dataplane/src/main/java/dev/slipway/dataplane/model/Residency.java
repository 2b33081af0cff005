package dev.slipway.dataplane.model;

import java.util.Comparator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Keeps models in memory within a budget: what was used least recently goes first, and comes back
/// with its next request.
final class Residency {
  private final long budgetBytes;
  private final Set<Servable> inMemory = ConcurrentHashMap.newKeySet();

  Residency(long budgetBytes) {
    this.budgetBytes = budgetBytes;
  }

  long budgetBytes() {
    return budgetBytes;
  }

  /// Bytes held now; an estimate.
  long usedBytes() {
    return inMemory.stream().mapToLong(Servable::memoryBytes).sum();
  }

  /// Evicts until so many bytes are free, or nothing idle is left.
  ///
  /// @param keep is not evicted
  void makeRoom(long bytes, Servable keep) {
    if (usedBytes() + bytes <= budgetBytes) {
      return;
    }
    var oldestFirst =
        inMemory.stream().sorted(Comparator.comparingLong(Servable::lastUsedNanos)).toList();
    for (var candidate : oldestFirst) {
      if (usedBytes() + bytes <= budgetBytes) {
        return;
      }
      if (candidate != keep && candidate.evict()) {
        inMemory.remove(candidate);
      }
    }
  }

  void admitted(Servable servable) {
    inMemory.add(servable);
    makeRoom(0, servable);
  }

  void gone(Servable servable) {
    inMemory.remove(servable);
  }
}
