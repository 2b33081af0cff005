package dev.slipway.apiserver.store;

import java.nio.charset.StandardCharsets;

/// Where `metadata.resourceVersion` stands, or will stand, in the JSON of one object.
///
/// Found by one pass that ends at the field, without building a tree: the writer of a change finds
/// the slot, and the committing thread, which alone knows the version, only copies bytes. Keys are
/// compared byte by byte, as [dev.slipway.base.Json] writes them: no escapes, none twice.
///
/// @param from first byte to replace
/// @param to first byte to keep again
/// @param before what precedes the version's string
/// @param after what follows it
record VersionSlot(int from, int to, String before, String after) {
  private static final byte[] METADATA = "metadata".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] FIELD = "resourceVersion".getBytes(StandardCharsets.US_ASCII);

  /// @throws IllegalArgumentException if the bytes are no JSON object with an object as metadata
  static VersionSlot find(byte[] json) {
    try {
      return new Scanner(json).slot();
    } catch (ArrayIndexOutOfBoundsException e) {
      throw new IllegalArgumentException("the JSON of an object ends early", e);
    }
  }

  /// The bytes with `version` in the slot: a new array.
  byte[] fill(byte[] json, long version) {
    byte[] middle = (before + '"' + version + '"' + after).getBytes(StandardCharsets.US_ASCII);
    byte[] filled = new byte[json.length - (to - from) + middle.length];
    System.arraycopy(json, 0, filled, 0, from);
    System.arraycopy(middle, 0, filled, from, middle.length);
    System.arraycopy(json, to, filled, from + middle.length, json.length - to);
    return filled;
  }

  private static final class Scanner {
    private final byte[] json;
    private int at;
    private boolean hasMembers;

    Scanner(byte[] json) {
      this.json = json;
    }

    VersionSlot slot() {
      skipSpace();
      int open = at;
      if (!findMember(METADATA)) {
        return new VersionSlot(
            open + 1, open + 1, "\"metadata\":{\"resourceVersion\":", hasMembers ? "}," : "}");
      }
      if (json[at] == 'n') {
        int start = at;
        skipValue();
        return new VersionSlot(start, at, "{\"resourceVersion\":", "}");
      }
      if (!findMember(FIELD)) {
        return new VersionSlot(at, at, (hasMembers ? "," : "") + "\"resourceVersion\":", "");
      }
      int start = at;
      skipValue();
      return new VersionSlot(start, at, "", "");
    }

    /// From an opening brace to the member's value, or to the closing brace if there is none.
    private boolean findMember(byte[] name) {
      expect('{');
      skipSpace();
      hasMembers = json[at] != '}';
      while (json[at] != '}') {
        boolean found = key(name);
        if (found) {
          return true;
        }
        skipValue();
        skipSpace();
        if (json[at] == ',') {
          at++;
          skipSpace();
        } else if (json[at] != '}') {
          throw unexpected();
        }
      }
      return false;
    }

    private boolean key(byte[] name) {
      int start = at + 1;
      skipString();
      boolean found = java.util.Arrays.equals(json, start, at - 1, name, 0, name.length);
      skipSpace();
      expect(':');
      skipSpace();
      return found;
    }

    private void skipValue() {
      switch (json[at]) {
        case '"' -> skipString();
        case '{', '[' -> skipNested();
        default -> skipScalar();
      }
    }

    private void skipNested() {
      int depth = 0;
      do {
        switch (json[at]) {
          case '"' -> {
            skipString();
            continue;
          }
          case '{', '[' -> depth++;
          case '}', ']' -> depth--;
          default -> {}
        }
        at++;
      } while (depth > 0);
    }

    private void skipString() {
      expect('"');
      while (json[at] != '"') {
        at += json[at] == '\\' ? 2 : 1;
      }
      at++;
    }

    private void skipScalar() {
      int start = at;
      while (",}] \t\r\n".indexOf(json[at]) < 0) {
        at++;
      }
      if (at == start) {
        throw unexpected();
      }
    }

    private void skipSpace() {
      while (json[at] == ' ' || json[at] == '\n' || json[at] == '\t' || json[at] == '\r') {
        at++;
      }
    }

    private void expect(char wanted) {
      if (json[at] != wanted) {
        throw unexpected();
      }
      at++;
    }

    private IllegalArgumentException unexpected() {
      return new IllegalArgumentException(
          "the JSON of an object has an unexpected '" + (char) json[at] + "' at byte " + at);
    }
  }
}
