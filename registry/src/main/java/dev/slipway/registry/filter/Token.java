package dev.slipway.registry.filter;

import dev.slipway.registry.RegistryException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// A word of a filter.
///
/// @param text as written, quotes included
record Token(Kind kind, String text) {
  /// A double-quoted text is a key or a value, as it stands.
  enum Kind {
    NAME,
    STRING,
    NUMBER,
    OPERATOR,
    OPEN,
    CLOSE,
    COMMA
  }

  boolean is(String keyword) {
    return kind == Kind.NAME && text.equalsIgnoreCase(keyword);
  }

  /// Cuts a filter into words.
  static List<Token> of(String filter) {
    var found = new ArrayList<Token>();
    int at = 0;
    while (at < filter.length()) {
      char c = filter.charAt(at);
      if (Character.isWhitespace(c)) {
        at++;
        continue;
      }
      Token next = next(filter, at, c);
      found.add(next);
      at += next.text.length();
    }
    return found;
  }

  private static Token next(String filter, int at, char c) {
    return switch (c) {
      case '(' -> new Token(Kind.OPEN, "(");
      case ')' -> new Token(Kind.CLOSE, ")");
      case ',' -> new Token(Kind.COMMA, ",");
      case '\'' -> new Token(Kind.STRING, quoted(filter, at, c));
      case '<', '>', '=', '!' -> operator(filter, at);
      default -> {
        int end = numberEnd(filter, at);
        yield end > at
            ? new Token(Kind.NUMBER, filter.substring(at, end))
            : new Token(Kind.NAME, name(filter, at));
      }
    };
  }

  private static Token operator(String filter, int at) {
    int end = at + 1;
    if (end < filter.length() && (filter.charAt(end) == '=' || filter.startsWith("<>", at))) {
      end++;
    }
    return new Token(Kind.OPERATOR, filter.substring(at, end));
  }

  private static String quoted(String filter, int start, char quote) {
    int at = start + 1;
    while (at < filter.length()) {
      if (filter.charAt(at) == quote) {
        boolean doubled = at + 1 < filter.length() && filter.charAt(at + 1) == quote;
        if (!doubled) {
          return filter.substring(start, at + 1);
        }
        at++;
      }
      at++;
    }
    throw RegistryException.invalid(
        "Invalid clause(s) in filter string: '" + filter.substring(start) + "'");
  }

  /// Where a number ends that begins here; here, where none does.
  private static int numberEnd(String filter, int start) {
    int at = start;
    if (filter.charAt(at) == '-' || filter.charAt(at) == '+') {
      at++;
    }
    int digits = 0;
    while (at < filter.length() && (digit(filter, at) || filter.charAt(at) == '.')) {
      digits += digit(filter, at) ? 1 : 0;
      at++;
    }
    if (digits == 0) {
      return start;
    }
    int exponent = exponentEnd(filter, at);
    boolean whole = exponent >= filter.length() || !inName(filter.charAt(exponent));
    return whole ? exponent : start;
  }

  private static int exponentEnd(String filter, int start) {
    int at = start;
    if (at < filter.length() && (filter.charAt(at) == 'e' || filter.charAt(at) == 'E')) {
      at++;
      if (at < filter.length() && (filter.charAt(at) == '-' || filter.charAt(at) == '+')) {
        at++;
      }
      int first = at;
      while (at < filter.length() && digit(filter, at)) {
        at++;
      }
      return at > first ? at : start;
    }
    return start;
  }

  private static boolean digit(String filter, int at) {
    return filter.charAt(at) >= '0' && filter.charAt(at) <= '9';
  }

  private static boolean inName(char c) {
    return Character.isLetterOrDigit(c) || "_.-/:%$".indexOf(c) >= 0;
  }

  /// `metrics.loss`, with parts in backticks or double quotes.
  private static String name(String filter, int start) {
    int at = start;
    while (at < filter.length()) {
      char c = filter.charAt(at);
      if (c == '`' || c == '"') {
        at += quoted(filter, at, c).length();
      } else if (inName(c)) {
        at++;
      } else {
        break;
      }
    }
    if (at == start) {
      throw RegistryException.invalid(
          "Invalid clause(s) in filter string: '" + filter.charAt(start) + "'");
    }
    return filter.substring(start, at);
  }

  /// The text without its quotes; `''` inside stands for one.
  static String unquoted(String text) {
    for (String quote : List.of("'", "\"", "`")) {
      if (text.length() >= 2 && text.startsWith(quote) && text.endsWith(quote)) {
        return text.substring(1, text.length() - 1).replace(quote + quote, quote);
      }
    }
    return text;
  }

  String upper() {
    return text.toUpperCase(Locale.ROOT);
  }
}
