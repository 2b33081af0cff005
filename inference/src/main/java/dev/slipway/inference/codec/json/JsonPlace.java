package dev.slipway.inference.codec.json;

import dev.slipway.inference.engine.InvalidInputException;
import java.nio.charset.StandardCharsets;

/// A place in a document, in the words of a message.
final class JsonPlace {
  private static final int SHOWN = 24;

  private JsonPlace() {}

  /// A refusal that says where.
  ///
  /// @param subject what was being read; empty for nothing
  /// @param from where the document begins in the array
  static InvalidInputException refused(
      String subject, String what, byte[] bytes, int from, int at) {
    int line = 1;
    int start = from;
    for (int i = from; i < at; i++) {
      if (bytes[i] == '\n') {
        line++;
        start = i + 1;
      }
    }
    return new InvalidInputException(
        (subject.isEmpty() ? "JSON: " : subject + ": ")
            + what
            + " at byte "
            + (at - from)
            + " (line "
            + line
            + ", column "
            + (at - start + 1)
            + ")");
  }

  /// The token at a place before the limit, shortened.
  static String shown(byte[] bytes, int at, int limit) {
    int end = Math.min(limit, at + SHOWN);
    int to = at + 1;
    if (bytes[at] == '"') {
      while (to < end && bytes[to] != '"') {
        to++;
      }
      to = Math.min(end, to + 1);
    } else if (",:[]{}".indexOf(bytes[at]) < 0) {
      while (to < end && " \t\r\n,:[]{}\"".indexOf(bytes[to]) < 0) {
        to++;
      }
    }
    var text = new String(bytes, at, to - at, StandardCharsets.UTF_8);
    return printable(text) + (to == end && end < limit ? "..." : "");
  }

  private static String printable(String text) {
    var shown = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char each = text.charAt(i);
      if (Character.isISOControl(each)) {
        shown.append(String.format("\\u%04x", (int) each));
      } else {
        shown.append(each);
      }
    }
    return shown.toString();
  }
}
