package dev.slipway.node.models;

import dev.slipway.api.kserve.Warmth.Cache;
import dev.slipway.node.models.SharedCopies.Copy;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What services keep in memory although no pod of theirs may run; what was started least recently
/// goes first. Not thread-safe; a kept copy counts as used once more, and each copy given back here
/// is used once less.
final class KeptCopies {
  /// Least recently started first.
  private final Map<Entry, Copy> entries = new LinkedHashMap<>();

  private record Entry(String service, SharedCopies.Key key) {}

  /// A service keeps a copy, and as many of its earlier ones as its cache holds.
  ///
  /// @return what it lets go
  List<Copy> keep(String service, Copy copy, Cache cache) {
    var entry = new Entry(service, copy.key);
    if (entries.remove(entry) == null) {
      copy.users++;
    }
    entries.put(entry, copy);
    var gone = new ArrayList<Copy>();
    var own = entries.keySet().stream().filter(each -> each.service.equals(service)).toList();
    int count = own.size();
    long bytes = own.stream().mapToLong(each -> bytes(each)).sum();
    for (var oldest : own) {
      if (fits(cache, count, bytes)) {
        break;
      }
      count--;
      bytes -= bytes(oldest);
      gone.add(take(oldest));
    }
    return gone;
  }

  private long bytes(Entry entry) {
    var copy = entries.get(entry);
    return copy == null ? 0 : copy.bytes();
  }

  private static boolean fits(Cache cache, int count, long bytes) {
    return switch (cache) {
      case Cache.Models(int most) -> count <= most;
      case Cache.Bytes(long limit) -> bytes <= limit;
    };
  }

  private Copy take(Entry entry) {
    var copy = entries.remove(entry);
    if (copy == null) {
      throw new IllegalStateException(entry + " is not kept");
    }
    return copy;
  }

  /// @return everything the service kept
  List<Copy> forget(String service) {
    return entries.keySet().stream().filter(each -> each.service.equals(service)).toList().stream()
        .map(this::take)
        .toList();
  }

  /// What must go so that models in use and those only kept are within the budget.
  ///
  /// @param inUseBytes of models that pods use
  List<Copy> overBudget(long inUseBytes, long budgetBytes) {
    var gone = new ArrayList<Copy>();
    var unused = entries.entrySet().stream().filter(each -> each.getValue().users == 1).toList();
    long bytes = inUseBytes + unused.stream().mapToLong(each -> each.getValue().bytes()).sum();
    for (var oldest : unused) {
      if (bytes <= budgetBytes) {
        break;
      }
      bytes -= oldest.getValue().bytes();
      gone.add(take(oldest.getKey()));
    }
    return gone;
  }
}
