package dev.slipway.engines.text;

import java.text.Normalizer;

/// BERT's view of text before it is cut into pieces: `BertNormalizer` and `BertPreTokenizer` of
/// Hugging Face's tokenizers.
///
/// @param clean control characters away, every space a blank
/// @param chinese blanks around CJK ideographs
/// @param stripAccents combining marks away
/// @param lowercase as said
record BertText(boolean clean, boolean chinese, boolean stripAccents, boolean lowercase) {

  String normalise(String text) {
    if (plain(text)) {
      return lowercase ? lower(text) : text;
    }
    var cleaned = clean || chinese ? cleaned(text) : text;
    var stripped = stripAccents ? stripped(cleaned) : cleaned;
    return lowercase ? lower(stripped) : stripped;
  }

  /// Printable ASCII: nothing to do but lower case.
  private static boolean plain(String text) {
    for (int i = 0; i < text.length(); i++) {
      char character = text.charAt(i);
      if (character < ' ' || character > '~') {
        return false;
      }
    }
    return true;
  }

  private String cleaned(String text) {
    var out = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); ) {
      int point = text.codePointAt(i);
      i += Character.charCount(point);
      if (clean && (point == 0 || point == 0xFFFD || control(point))) {
        continue;
      }
      if (clean && space(point)) {
        out.append(' ');
      } else if (chinese && ideograph(point)) {
        out.append(' ').appendCodePoint(point).append(' ');
      } else {
        out.appendCodePoint(point);
      }
    }
    return out.toString();
  }

  private static String stripped(String text) {
    var decomposed = Normalizer.normalize(text, Normalizer.Form.NFD);
    var out = new StringBuilder(decomposed.length());
    decomposed
        .codePoints()
        .filter(point -> Character.getType(point) != Character.NON_SPACING_MARK)
        .forEach(out::appendCodePoint);
    return out.toString();
  }

  /// Each character by itself, without regard to its neighbours.
  private static String lower(String text) {
    StringBuilder out = null;
    for (int i = 0; i < text.length(); ) {
      int point = text.codePointAt(i);
      int low = Character.toLowerCase(point);
      if (out == null && low != point) {
        out = new StringBuilder(text.length()).append(text, 0, i);
      }
      if (out != null) {
        out.appendCodePoint(low);
        if (point == 0x130) {
          out.append('\u0307'); // the only character whose lower case is two
        }
      }
      i += Character.charCount(point);
    }
    return out == null ? text : out.toString();
  }

  /// Where the word that begins at an index ends; the index itself if a space is there. A
  /// punctuation mark is a word.
  int wordEnd(String text, int from) {
    int at = from;
    while (at < text.length()) {
      int point = text.codePointAt(at);
      if (space(point)) {
        return at;
      }
      if (punctuation(point)) {
        return at == from ? at + Character.charCount(point) : at;
      }
      at += Character.charCount(point);
    }
    return at;
  }

  private static boolean control(int point) {
    if (point == '\t' || point == '\n' || point == '\r') {
      return false;
    }
    return switch (Character.getType(point)) {
      case Character.CONTROL, Character.FORMAT, Character.PRIVATE_USE, Character.SURROGATE -> true;
      default -> false;
    };
  }

  /// Unicode's White_Space.
  static boolean space(int point) {
    if (point < 0x80) {
      return point == ' ' || (point >= 9 && point <= 13);
    }
    return point == 0x85 || Character.isSpaceChar(point);
  }

  private static boolean punctuation(int point) {
    if (point < 0x80) {
      return point > ' ' && point < 0x7F && !Character.isLetterOrDigit(point);
    }
    return switch (Character.getType(point)) {
      case Character.CONNECTOR_PUNCTUATION,
          Character.DASH_PUNCTUATION,
          Character.START_PUNCTUATION,
          Character.END_PUNCTUATION,
          Character.INITIAL_QUOTE_PUNCTUATION,
          Character.FINAL_QUOTE_PUNCTUATION,
          Character.OTHER_PUNCTUATION ->
          true;
      default -> false;
    };
  }

  /// The blocks BERT counts as Chinese; the gap before U+2B920 is the tokenizers library's.
  private static boolean ideograph(int point) {
    return (point >= 0x4E00 && point <= 0x9FFF)
        || (point >= 0x3400 && point <= 0x4DBF)
        || (point >= 0x20000 && point <= 0x2A6DF)
        || (point >= 0x2A700 && point <= 0x2B73F)
        || (point >= 0x2B740 && point <= 0x2B81F)
        || (point >= 0x2B920 && point <= 0x2CEAF)
        || (point >= 0xF900 && point <= 0xFAFF)
        || (point >= 0x2F800 && point <= 0x2FA1F);
  }
}
