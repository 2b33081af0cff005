package dev.slipway.engines.sklearn.text;

import java.text.Normalizer;
import java.util.function.IntPredicate;

/// Characters as Python's `str` and `re` class them.
final class Characters {
  /// `\w` of Python's `re` within brackets: letters and numbers, but no marks. One letter beyond 16
  /// bits is written out, for Java's lookbehind sees such characters only then.
  static final String WORD = "\\p{L}\\p{N}_\ud835\udc9c";

  /// `\s` of Python's `re` within brackets.
  static final String SPACE =
      "\\t-\\r\\x1c-\\x1f \\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";

  /// A mark of combining class 1, which goes before all others, and one of 230, which goes after.
  private static final String LOW = "\u0334";

  private static final String HIGH = "\u0301";

  private Characters() {}

  static boolean word(int character) {
    if (character < 128) {
      return (character >= 'a' && character <= 'z')
          || (character >= 'A' && character <= 'Z')
          || (character >= '0' && character <= '9')
          || character == '_';
    }
    return switch (Character.getType(character)) {
      case Character.UPPERCASE_LETTER,
          Character.LOWERCASE_LETTER,
          Character.TITLECASE_LETTER,
          Character.MODIFIER_LETTER,
          Character.OTHER_LETTER,
          Character.DECIMAL_DIGIT_NUMBER,
          Character.LETTER_NUMBER,
          Character.OTHER_NUMBER ->
          true;
      default -> false;
    };
  }

  static boolean space(int character) {
    return (character >= '\t' && character <= '\r')
        || (character >= 0x1c && character <= 0x20)
        || character == 0x85
        || Character.getType(character) == Character.SPACE_SEPARATOR
        || character == 0x2028
        || character == 0x2029;
  }

  /// Compatibility decomposition without combining marks.
  static String withoutAccents(String text) {
    return ascii(text) ? text : kept(text, character -> !combining(character));
  }

  /// Compatibility decomposition without anything beyond ASCII.
  static String asciiOnly(String text) {
    return ascii(text) ? text : kept(text, character -> character < 128);
  }

  private static boolean ascii(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) >= 128) {
        return false;
      }
    }
    return true;
  }

  private static String kept(String text, IntPredicate predicate) {
    return Normalizer.normalize(text, Normalizer.Form.NFKD)
        .codePoints()
        .filter(predicate)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  /// Whether a character's canonical combining class is not 0: only such are put into another order
  /// when decomposed beside a mark.
  private static boolean combining(int character) {
    int type = Character.getType(character);
    if (type != Character.NON_SPACING_MARK
        && type != Character.COMBINING_SPACING_MARK
        && type != Character.ENCLOSING_MARK) {
      return false;
    }
    var mark = Character.toString(character);
    return moves(mark + LOW) || moves(HIGH + mark) || mark.equals(HIGH) || mark.equals(LOW);
  }

  private static boolean moves(String text) {
    return !Normalizer.isNormalized(text, Normalizer.Form.NFD);
  }
}
