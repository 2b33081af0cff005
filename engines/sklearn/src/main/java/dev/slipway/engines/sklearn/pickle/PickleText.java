package dev.slipway.engines.sklearn.pickle;

import java.nio.charset.StandardCharsets;

/// Text of protocol 0, which is written as a line with escapes.
final class PickleText {
  private static final int SHORT_ESCAPE = 4;
  private static final int LONG_ESCAPE = 8;

  private PickleText() {}

  /// Latin-1 with `\\uXXXX` and `\\UXXXXXXXX` (Python's `raw-unicode-escape`).
  static String rawUnicode(byte[] line) {
    var text = new String(line, StandardCharsets.ISO_8859_1);
    if (text.indexOf('\\') < 0) {
      return text;
    }
    var target = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char next = i + 1 < text.length() ? text.charAt(i + 1) : 0;
      int digits = next == 'u' ? SHORT_ESCAPE : LONG_ESCAPE;
      if (text.charAt(i) == '\\' && (next == 'u' || next == 'U')) {
        target.appendCodePoint(hex(text, i + 2, digits));
        i += 1 + digits;
      } else {
        target.append(text.charAt(i));
      }
    }
    return target.toString();
  }

  private static int hex(String text, int from, int digits) {
    if (from + digits > text.length()) {
      throw new PickleException("an escape in a text is cut off");
    }
    int point = Integer.parseInt(text, from, from + digits, 16);
    if (!Character.isValidCodePoint(point)) {
      throw new PickleException("an escape in a text names no character");
    }
    return point;
  }

  /// A Python 2 string literal in quotes.
  static String quoted(byte[] line) {
    var text = new String(line, StandardCharsets.ISO_8859_1).strip();
    if (text.length() < 2 || text.charAt(0) != text.charAt(text.length() - 1)) {
      throw new PickleException("a string is not in quotes");
    }
    var target = new StringBuilder(text.length());
    for (int i = 1; i < text.length() - 1; i++) {
      if (text.charAt(i) == '\\' && i + 1 < text.length() - 1) {
        i++;
        if (text.charAt(i) == 'x') {
          target.append((char) hex(text, i + 1, 2));
          i += 2;
        } else {
          target.append(unescaped(text.charAt(i)));
        }
      } else {
        target.append(text.charAt(i));
      }
    }
    return target.toString();
  }

  private static char unescaped(char letter) {
    return switch (letter) {
      case 'n' -> '\n';
      case 't' -> '\t';
      case 'r' -> '\r';
      case '0' -> '\0';
      default -> letter;
    };
  }
}
