package dev.slipway.engines.pmml;

/// Numbers in texts.
final class Numbers {
  private Numbers() {}

  /// A decimal number, or `INF`, `-INF`, `NaN` as XML Schema writes them.
  ///
  /// @throws NumberFormatException if it is none; Java's suffixes and hexadecimals are none
  static double parse(String text) {
    var trimmed = text.strip();
    switch (trimmed) {
      case "INF", "Infinity" -> {
        return Double.POSITIVE_INFINITY;
      }
      case "-INF", "-Infinity" -> {
        return Double.NEGATIVE_INFINITY;
      }
      default -> {}
    }
    if (!trimmed.isEmpty()) {
      char last = trimmed.charAt(trimmed.length() - 1);
      if (last != '.' && (last < '0' || last > '9') && !trimmed.equals("NaN")) {
        throw new NumberFormatException(text);
      }
    }
    return Double.parseDouble(trimmed);
  }

  /// As [#parse], NaN for what is no number.
  static double parseOrNaN(String text) {
    try {
      return parse(text);
    } catch (NumberFormatException _) {
      return Double.NaN;
    }
  }
}
