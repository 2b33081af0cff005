package dev.slipway.engines.sklearn.text;

import java.util.Locale;

/// Python's `str.lower`. It is Java's but for the capital sigma, which is final where a cased
/// letter
/// is before it and none after it, whatever can be ignored left aside (Unicode, table 3-17); Java
/// asks for the end of a word.
final class LowerCase {
  private static final char SIGMA = '\u03a3';

  private static final String WITHIN_WORDS =
      "'.:\u00b7\u0387\u055f\u05f4\u2018\u2019\u2024\u2027\ufe13\ufe52\ufe55\uff07\uff0e\uff1a";

  private LowerCase() {}

  static String of(String text) {
    if (text.indexOf(SIGMA) < 0) {
      return text.toLowerCase(Locale.ROOT);
    }
    var out = new StringBuilder(text.length());
    int from = 0;
    for (int at = text.indexOf(SIGMA); at >= 0; at = text.indexOf(SIGMA, from)) {
      out.append(text.substring(from, at).toLowerCase(Locale.ROOT));
      out.append(casedBefore(text, at) && !casedAfter(text, at + 1) ? '\u03c2' : '\u03c3');
      from = at + 1;
    }
    return out.append(text.substring(from).toLowerCase(Locale.ROOT)).toString();
  }

  private static boolean casedBefore(String text, int end) {
    for (int i = end; i > 0; ) {
      int character = text.codePointBefore(i);
      if (!ignorable(character)) {
        return cased(character);
      }
      i -= Character.charCount(character);
    }
    return false;
  }

  private static boolean casedAfter(String text, int start) {
    for (int i = start; i < text.length(); ) {
      int character = text.codePointAt(i);
      if (!ignorable(character)) {
        return cased(character);
      }
      i += Character.charCount(character);
    }
    return false;
  }

  private static boolean cased(int character) {
    return Character.isLowerCase(character)
        || Character.isUpperCase(character)
        || Character.isTitleCase(character);
  }

  private static boolean ignorable(int character) {
    return switch (Character.getType(character)) {
      case Character.NON_SPACING_MARK,
          Character.ENCLOSING_MARK,
          Character.FORMAT,
          Character.MODIFIER_LETTER,
          Character.MODIFIER_SYMBOL ->
          true;
      default -> WITHIN_WORDS.indexOf(character) >= 0;
    };
  }
}
