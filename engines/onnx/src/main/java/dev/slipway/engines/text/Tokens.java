package dev.slipway.engines.text;

import java.util.Arrays;

/// A growing list of token ids.
final class Tokens {
  private int[] ids = new int[32];
  private int size;

  void add(int id) {
    if (size == ids.length) {
      ids = Arrays.copyOf(ids, 2 * size);
    }
    ids[size++] = id;
  }

  int size() {
    return size;
  }

  int id(int index) {
    return ids[index];
  }

  void truncate(int length) {
    size = Math.min(size, length);
  }

  int[] toArray() {
    return Arrays.copyOf(ids, size);
  }
}
