package dev.slipway.engines.sklearn.pickle;

import java.util.Arrays;
import java.util.IdentityHashMap;
import org.jspecify.annotations.Nullable;

/// Values a pickle refers back to, by number.
final class Memo {
  /// Python numbers values one after the other, so a number far ahead is an attack on memory.
  private static final int FURTHEST_AHEAD = 1 << 16;

  private static final Object ABSENT = new Object();

  private @Nullable Object[] values = new @Nullable Object[256];
  private int count;
  private final IdentityHashMap<Object, Object> replaced = new IdentityHashMap<>();

  Memo() {
    Arrays.fill(values, ABSENT);
  }

  void append(@Nullable Object value) {
    put(count, value);
  }

  void put(long index, @Nullable Object value) {
    if (index < 0 || index > (long) count + FURTHEST_AHEAD) {
      throw new PickleException("memo number " + index + " is far beyond what was stored");
    }
    if (index >= values.length) {
      int old = values.length;
      values = Arrays.copyOf(values, (int) Math.max(index + 1, Math.min(2L * old, 1 << 30)));
      Arrays.fill(values, old, values.length, ABSENT);
    }
    if (values[(int) index] == ABSENT) {
      count++;
    }
    values[(int) index] = value;
  }

  @Nullable Object at(long index) {
    if (index < 0 || index >= values.length || values[(int) index] == ABSENT) {
      throw new PickleException("it refers to memo number " + index + ", which was not stored");
    }
    var value = values[(int) index];
    return value instanceof PyObject && replaced.containsKey(value) ? replaced.get(value) : value;
  }

  /// Later references to `old` give `value`.
  void replace(Object old, Object value) {
    replaced.put(old, value);
  }
}
