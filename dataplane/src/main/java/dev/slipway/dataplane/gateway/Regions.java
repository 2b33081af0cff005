package dev.slipway.dataplane.gateway;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Values by text, found by a part of a longer text without cutting it out. Immutable.
///
/// Implementation note. Open addressing at a load of at most one half; letters of ASCII are folded
/// where host names are kept. It exists because a lookup by `substring` allocates on every request.
final class Regions<V> {
  private static final int PRIME = 0x01000193; // FNV-1a
  private static final int BASIS = 0x811c9dc5;

  private final boolean fold;
  private final String[] keys;
  private final @Nullable Object[] values;
  private final int mask;

  /// @param fold whether `A` is `a`; keys are then lower case
  Regions(Map<String, V> entries, boolean fold) {
    this.fold = fold;
    int room = Integer.highestOneBit(Math.max(2, entries.size() * 2)) * 2;
    keys = new String[room];
    values = new Object[room];
    mask = room - 1;
    entries.forEach(this::put);
  }

  private void put(String key, V value) {
    int slot = hash(key, 0, key.length(), fold) & mask;
    while (values[slot] != null) {
      slot = (slot + 1) & mask;
    }
    keys[slot] = key;
    values[slot] = value;
  }

  /// The value of `text[from, to)`; null where there is none.
  @Nullable V find(String text, int from, int to) {
    return find(text, from, to, hash(text, from, to, fold));
  }

  /// As [#find(String, int, int)], with [#hash] known already.
  @SuppressWarnings("unchecked") // put takes values alone
  @Nullable V find(String text, int from, int to, int hash) {
    int slot = hash & mask;
    for (Object value = values[slot]; value != null; value = values[slot]) {
      if (same(keys[slot], text, from, to)) {
        return (V) value;
      }
      slot = (slot + 1) & mask;
    }
    return null;
  }

  private boolean same(String key, String text, int from, int to) {
    return key.length() == to - from && text.regionMatches(fold, from, key, 0, to - from);
  }

  /// Of `text[from, to)`.
  static int hash(String text, int from, int to, boolean fold) {
    int hash = BASIS;
    for (int i = from; i < to; i++) {
      char c = text.charAt(i);
      if (fold && c >= 'A' && c <= 'Z') {
        c = (char) (c + 32);
      }
      hash = (hash ^ c) * PRIME;
    }
    return hash ^ (hash >>> 15);
  }
}
