package dev.slipway.inference.codec.json;

/// The words for numbers that are not finite: `NaN`, `Infinity` and `-Infinity`, bare or quoted,
/// and
/// `null` for NaN.
final class JsonTokens {
  private static final String[] WORDS = {"NaN", "Infinity", "-Infinity"};
  private static final String NULL = "null";

  private JsonTokens() {}

  /// Bytes of the word that follows; 0 if none does.
  static int length(byte[] bytes, int at, int limit) {
    if (follows(NULL, bytes, at, limit)) {
      return NULL.length();
    }
    int quotes = at < limit && bytes[at] == '"' ? 1 : 0;
    for (var word : WORDS) {
      int end = at + quotes + word.length();
      boolean closed = quotes == 0 || (end < limit && bytes[end] == '"');
      if (closed && follows(word, bytes, at + quotes, limit)) {
        return word.length() + 2 * quotes;
      }
    }
    return 0;
  }

  /// What the word that follows stands for.
  static double value(byte[] bytes, int at) {
    return switch (bytes[bytes[at] == '"' ? at + 1 : at]) {
      case 'N', 'n' -> Double.NaN;
      case 'I' -> Double.POSITIVE_INFINITY;
      default -> Double.NEGATIVE_INFINITY;
    };
  }

  static boolean follows(String letters, byte[] bytes, int at, int limit) {
    if (limit - at < letters.length()) {
      return false;
    }
    for (int i = 0; i < letters.length(); i++) {
      if (bytes[at + i] != letters.charAt(i)) {
        return false;
      }
    }
    return true;
  }
}
