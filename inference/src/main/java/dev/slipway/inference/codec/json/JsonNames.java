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

  private JsonNames(String... names) {
    this.names = List.of(names);
    this.encoded = new byte[names.length][];
    for (int i = 0; i < names.length; i++) {
      encoded[i] = names[i].getBytes(StandardCharsets.UTF_8);
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
    for (int i = 0; i < encoded.length; i++) {
      var candidate = encoded[i];
      if (candidate.length == length
          && candidate[0] == bytes[from]
          && Arrays.equals(candidate, 0, length, bytes, from, to)) {
        return i;
      }
    }
    return UNKNOWN;
  }
}
