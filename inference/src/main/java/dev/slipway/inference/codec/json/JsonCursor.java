package dev.slipway.inference.codec.json;

import dev.slipway.inference.engine.InvalidInputException;

/// A place in a document, that goes forward, and can be complained about.
abstract sealed class JsonCursor permits JsonScalars {
  static final int END = -1;

  final byte[] bytes;
  final int limit;
  int at;

  private final int from;
  private Object subject = "";

  JsonCursor(byte[] bytes, int offset, int length) {
    this.bytes = bytes;
    this.from = offset;
    this.limit = offset + length;
    this.at = offset;
  }

  /// What is being read, for messages: its text comes before each refusal. Empty for nothing.
  public final void about(Object what) {
    subject = what;
  }

  /// Offset in the array of the next value, name or bracket.
  public final int position() {
    space();
    return at;
  }

  /// Bytes not yet read.
  public final int remaining() {
    return limit - at;
  }

  /// Goes over white space.
  ///
  /// @return the byte there, not consumed; [#END] at the end
  final int space() {
    int i = at;
    while (i < limit) {
      int next = bytes[i] & 0xFF;
      if (next > ' ' || (next != ' ' && next != '\n' && next != '\r' && next != '\t')) {
        at = i;
        return next;
      }
      i++;
    }
    at = i;
    return END;
  }

  final void word(String letters) {
    if (!JsonTokens.follows(letters, bytes, at, limit)) {
      throw unexpected(letters);
    }
    at += letters.length();
  }

  /// A refusal of what comes next.
  ///
  /// @param expected what would be right: `a number`
  public final InvalidInputException unexpected(String expected) {
    boolean ended = space() == END;
    var found = ended ? "the end of the document" : JsonPlace.shown(bytes, at, limit);
    return refused("expected " + expected + ", found " + found);
  }

  /// A refusal at the present place.
  public final InvalidInputException refused(String what) {
    return JsonPlace.refused(subject.toString(), what, bytes, from, at);
  }
}
