package dev.slipway.net;

import io.netty.util.AsciiString;
import java.util.ArrayList;
import java.util.List;

/// Changes to the headers of a message on its way: made once, for one message or for many, and not
/// changed any more once it is in use. Names ignore case.
public final class HeaderEdits {
  private enum Kind {
    SET,
    ADD,
    REMOVE
  }

  private record Edit(String name, String value, Kind kind) {}

  private final List<Edit> edits = new ArrayList<>(4);

  /// No changes yet.
  public static HeaderEdits none() {
    return new HeaderEdits();
  }

  /// Replaces all values by one.
  ///
  /// @throws IllegalArgumentException if the name is no token or the value has control characters
  public HeaderEdits set(String name, String value) {
    return edit(name, value, Kind.SET);
  }

  /// Appends a value; throws like `set`.
  public HeaderEdits add(String name, String value) {
    return edit(name, value, Kind.ADD);
  }

  /// Leaves a header out.
  public HeaderEdits remove(String name) {
    return edit(name, "", Kind.REMOVE);
  }

  private HeaderEdits edit(String name, String value, Kind kind) {
    Headers.check(name, value);
    edits.add(new Edit(Headers.lower(name), value, kind));
    return this;
  }

  int size() {
    return edits.size();
  }

  /// Lower case.
  String name(int index) {
    return edits.get(index).name;
  }

  String value(int index) {
    return edits.get(index).value;
  }

  /// Whether an edit has a field to write: not one that removes, nor one a later edit overrides.
  boolean writes(int index) {
    var edit = edits.get(index);
    if (edit.kind == Kind.REMOVE) {
      return false;
    }
    for (int later = index + 1; later < edits.size(); later++) {
      var other = edits.get(later);
      if (other.kind != Kind.ADD && other.name.equals(edit.name)) {
        return false;
      }
    }
    return true;
  }

  /// Whether a field of this name in the message is replaced or left out.
  boolean drops(CharSequence name) {
    for (int i = 0; i < edits.size(); i++) {
      var edit = edits.get(i);
      if (edit.kind != Kind.ADD
          && edit.name.length() == name.length()
          && AsciiString.contentEqualsIgnoreCase(edit.name, name)) {
        return true;
      }
    }
    return false;
  }

  /// The same for a name in bytes.
  boolean drops(byte[] text, int from, int to) {
    for (int i = 0; i < edits.size(); i++) {
      var edit = edits.get(i);
      if (edit.kind != Kind.ADD && same(edit.name, text, from, to)) {
        return true;
      }
    }
    return false;
  }

  /// Whether an edit writes a field of this name.
  boolean has(String lower) {
    for (int i = 0; i < edits.size(); i++) {
      if (edits.get(i).name.equals(lower) && writes(i)) {
        return true;
      }
    }
    return false;
  }

  /// Whether a text in lower case equals bytes in any case.
  static boolean same(String lower, byte[] text, int from, int to) {
    if (lower.length() != to - from) {
      return false;
    }
    for (int i = 0; i < lower.length(); i++) {
      int c = text[from + i];
      if (lower.charAt(i) != (c >= 'A' && c <= 'Z' ? c + 32 : c)) {
        return false;
      }
    }
    return true;
  }
}
