package dev.slipway.apiserver.access.authn;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A bounded memory of answers that cost a signature check; the least recently used go first.
/// Thread-safe.
public final class Recent<K, V> {
  private final Map<K, V> entries;

  /// @param limit most entries kept
  public Recent(int limit) {
    this.entries =
        new LinkedHashMap<>(16, 0.75f, true) {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
            return size() > limit;
          }
        };
  }

  /// Null where it is not, or no longer, known.
  public synchronized @Nullable V find(K key) {
    return entries.get(key);
  }

  public synchronized void keep(K key, V value) {
    entries.put(key, value);
  }

  public synchronized int size() {
    return entries.size();
  }
}
