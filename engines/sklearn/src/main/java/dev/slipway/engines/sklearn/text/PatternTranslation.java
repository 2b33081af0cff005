package dev.slipway.engines.sklearn.text;

import java.util.regex.PatternSyntaxException;

/// Writes a regular expression of Python's `re` as one of Java's with the same meaning.
///
/// What differs: `\w`, `\d`, `\s` and `\b` are of Unicode in Python and know no marks; named groups
/// and their references are written otherwise; `[`, `&&` within brackets and lone braces mean
/// themselves; `\Z` is the very end; the flags `u`, `a` and `L` are Python's own.
final class PatternTranslation {
  private final String source;
  private final StringBuilder out = new StringBuilder();
  private int at;
  private boolean ascii;

  PatternTranslation(String source) {
    this.source = source;
  }

  /// @throws PatternSyntaxException if the source ends too early
  String java() {
    ascii = source.startsWith("(?a");
    while (at < source.length()) {
      char next = source.charAt(at);
      switch (next) {
        case '\\' -> escape(false);
        case '[' -> brackets();
        case '(' -> group();
        case '{' -> brace();
        default -> {
          out.append(next);
          at++;
        }
      }
    }
    return out.toString();
  }

  private String word() {
    return ascii ? "a-zA-Z0-9_" : Characters.WORD;
  }

  private String digit() {
    return ascii ? "0-9" : "\\p{Nd}";
  }

  private String space() {
    return ascii ? "\\t-\\r " : Characters.SPACE;
  }

  private void escape(boolean inBrackets) {
    if (at + 1 >= source.length()) {
      throw new PatternSyntaxException("bad escape (end of pattern)", source, at);
    }
    char which = source.charAt(at + 1);
    at += 2;
    switch (which) {
      case 'w' -> set(word(), inBrackets);
      case 'd' -> set(digit(), inBrackets);
      case 's' -> set(space(), inBrackets);
      case 'W' -> out.append("[^").append(word()).append(']');
      case 'D' -> out.append("[^").append(digit()).append(']');
      case 'S' -> out.append("[^").append(space()).append(']');
      case 'b' ->
          out.append(
              inBrackets ? "\\x08" : boundary("(?<=[%1$s])(?![%1$s])|(?<![%1$s])(?=[%1$s])"));
      case 'B' -> out.append(boundary("(?<=[%1$s])(?=[%1$s])|(?<![%1$s])(?![%1$s])"));
      case 'Z' -> out.append("\\z");
      default -> out.append('\\').append(which);
    }
  }

  private void set(String members, boolean inBrackets) {
    out.append(inBrackets ? members : "[" + members + "]");
  }

  private String boundary(String form) {
    return "(?:" + form.formatted(word()) + ")";
  }

  private void brackets() {
    out.append('[');
    at++;
    if (at < source.length() && source.charAt(at) == '^') {
      out.append('^');
      at++;
    }
    boolean first = true;
    while (at < source.length() && (first || source.charAt(at) != ']')) {
      char next = source.charAt(at);
      if (next == '\\') {
        escape(true);
      } else {
        out.append(next == '[' || next == ']' || next == '&' || next == '^' ? "\\" : "");
        out.append(next);
        at++;
      }
      first = false;
    }
    out.append(']');
    at++;
  }

  private void group() {
    if (source.startsWith("(?P<", at)) {
      int end = source.indexOf('>', at);
      out.append("(?<").append(name(at + 4, end)).append('>');
      at = end + 1;
    } else if (source.startsWith("(?P=", at)) {
      int end = source.indexOf(')', at);
      out.append("\\k<").append(name(at + 4, end)).append('>');
      at = end + 1;
    } else if (source.startsWith("(?#", at)) {
      int end = source.indexOf(')', at);
      at = end < 0 ? source.length() : end + 1;
    } else if (source.startsWith("(?", at) && flagged()) {
      flags();
    } else {
      out.append('(');
      at++;
    }
  }

  private String name(int from, int end) {
    if (end < 0) {
      throw new PatternSyntaxException("missing end of a group's name", source, at);
    }
    return "g" + source.substring(from, end).replace("_", "U");
  }

  private boolean flagged() {
    return at + 2 < source.length() && "aiLmsux-".indexOf(source.charAt(at + 2)) >= 0;
  }

  private void flags() {
    int end = at + 2;
    while (end < source.length() && "aiLmsux-".indexOf(source.charAt(end)) >= 0) {
      end++;
    }
    var kept =
        source
            .substring(at + 2, end)
            .replace("u", "")
            .replace("a", "")
            .replace("L", "")
            .replace("i", "iu");
    boolean alone = end < source.length() && source.charAt(end) == ')';
    out.append(kept.isEmpty() && alone ? "" : "(?" + kept + (alone ? ")" : ""));
    at = alone ? end + 1 : end;
  }

  /// A quantifier stays; any other brace is a character.
  private void brace() {
    int end = source.indexOf('}', at);
    var inner = end < 0 ? "" : source.substring(at + 1, end);
    if (inner.matches("\\d+|\\d+,|\\d+,\\d+|,\\d+")) {
      out.append('{').append(inner.startsWith(",") ? "0" : "").append(inner).append('}');
      at = end + 1;
    } else {
      out.append("\\{");
      at++;
    }
  }
}
