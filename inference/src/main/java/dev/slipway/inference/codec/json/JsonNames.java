package dev.slipway.inference.codec.json;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/// The field names a reader looks for, found by their bytes without making a `String`.
public final class JsonNames {
  /// No name of the list.
  public static final int UNKNOWN = -1;

  /// No more fields.
  public static final int END = -2;

  private final List<String> names;
  private final byte[][] encoded;
  private final long[] starts; // the first eight bytes, zeros behind a shorter name

  private JsonNames(String... names) {
    this.names = List.of(names);
    this.encoded = new byte[names.length][];
    this.starts = new long[names.length];
    for (int i = 0; i < names.length; i++) {
      encoded[i] = names[i].getBytes(StandardCharsets.UTF_8);
      starts[i] = Utf8.word(Arrays.copyOf(encoded[i], Math.max(Long.BYTES, encoded[i].length)), 0);
    }
  }

  public static JsonNames of(String... names) {
    return new JsonNames(names);
  }

  /// The name at an index that a reader gave.
  public String name(int index) {
    return names.get(index);
  }

  /// All names, in order.
  public List<String> names() {
    return names;
  }

  int find(byte[] bytes, int from, int to) {
    int length = to - from;
    if (bytes.length - from < Long.BYTES) {
      return findByBytes(bytes, from, to);
    }
    long start = Utf8.word(bytes, from);
    if (length < Long.BYTES) {
      start &= (1L << (length * Byte.SIZE)) - 1;
    }
    for (int i = 0; i < starts.length; i++) {
      if (starts[i] == start && encoded[i].length == length && rest(i, bytes, from, to)) {
        return i;
      }
    }
    return UNKNOWN;
  }

  private boolean rest(int name, byte[] bytes, int from, int to) {
    return to - from <= Long.BYTES
        || Arrays.equals(encoded[name], Long.BYTES, to - from, bytes, from + Long.BYTES, to);
  }

  private int findByBytes(byte[] bytes, int from, int to) {
    for (int i = 0; i < encoded.length; i++) {
      if (Arrays.equals(encoded[i], 0, encoded[i].length, bytes, from, to)) {
        return i;
      }
    }
    return UNKNOWN;
  }
}
