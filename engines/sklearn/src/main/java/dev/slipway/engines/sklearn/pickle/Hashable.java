package dev.slipway.engines.sklearn.pickle;

import org.jspecify.annotations.Nullable;

/// What may be a key of a dict or an element of a set. Tuples in tuples are cut off: hashing shared
/// tuples would take time exponential in their depth.
final class Hashable {
  private static final int MOST_PARTS = 200;

  private Hashable() {}

  static void check(@Nullable Object key) {
    if (parts(key, MOST_PARTS) < 0) {
      throw new PickleException("a key of a dict or set is nested too deep");
    }
  }

  /// What is left of `budget`, negative if it does not do.
  private static int parts(@Nullable Object key, int budget) {
    return switch (key) {
      case PyTuple(var values) -> {
        int left = budget - 1;
        for (int i = 0; i < values.size() && left >= 0; i++) {
          left = parts(values.get(i), left);
        }
        yield left;
      }
      case java.util.Collection<?> _, java.util.Map<?, ?> _ ->
          throw new PickleException("a list, set or dict cannot be a key");
      case null, default -> budget - 1;
    };
  }
}
