package dev.slipway.inference.trees;

import java.util.Arrays;

/// The sets of categories that a forest's categorical splits ask about, in one array.
///
/// Implementation note. A set is known by a handle: its first word in the low 32 bits, its number
/// of words in the next 31, and in the sign bit whether it is a sorted list of categories (one a
/// word) instead of a bitset. A list is used where a bitset would be several times its size, so
/// that a model naming category 16,000,000 costs a word and not two megabytes.
final class Categories {
  private static final int DENSE_WORDS_PER_CATEGORY = 4;

  private long[] words = new long[0];
  private int size;

  /// @param categories not negative, in any order
  /// @return the handle of the set
  long add(int... categories) {
    var sorted = Arrays.stream(categories).distinct().sorted().toArray();
    int highest = sorted.length == 0 ? -1 : sorted[sorted.length - 1];
    int dense = (highest >> 6) + 1;
    if (dense > (long) sorted.length * DENSE_WORDS_PER_CATEGORY) {
      return store(Arrays.stream(sorted).asLongStream().toArray()) | Long.MIN_VALUE;
    }
    var bits = new long[dense];
    for (int category : sorted) {
      bits[category >> 6] |= 1L << category;
    }
    return store(bits);
  }

  private long store(long... added) {
    int needed = Math.addExact(size, added.length);
    if (needed > words.length) {
      words = Arrays.copyOf(words, (int) Math.min(Integer.MAX_VALUE - 8, needed * 2L));
    }
    System.arraycopy(added, 0, words, size, added.length);
    long handle = (long) added.length << 32 | size;
    size = needed;
    return handle;
  }

  /// Frees what was reserved for growth.
  void trim() {
    words = Arrays.copyOf(words, size);
  }

  boolean contains(long handle, int category) {
    if (category < 0) {
      return false;
    }
    int from = (int) handle;
    int length = (int) (handle >>> 32) & Integer.MAX_VALUE;
    if (handle < 0) {
      return Arrays.binarySearch(words, from, from + length, category) >= 0;
    }
    int word = category >> 6;
    return word < length && (words[from + word] >>> category & 1) != 0;
  }

  long memoryBytes() {
    return (long) words.length * Long.BYTES;
  }
}
