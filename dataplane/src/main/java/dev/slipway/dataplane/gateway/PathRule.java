package dev.slipway.dataplane.gateway;

import dev.slipway.dataplane.gateway.RouteTable.PathMatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/// Whether a path is meant, without allocation unless by a regular expression.
sealed interface PathRule {
  boolean matches(String path);

  /// @throws IllegalArgumentException if it is a malformed regular expression
  static PathRule of(PathMatch match) {
    return switch (match.type()) {
      case EXACT -> new Exact(match.value());
      case ELEMENT_PREFIX -> new Elements(withoutSlash(match.value()));
      case TEXT_PREFIX -> new Text(match.value());
      case REGEX -> new Regex(pattern(match.value(), 0));
      case REGEX_IGNORING_CASE -> new Regex(pattern(match.value(), Pattern.CASE_INSENSITIVE));
    };
  }

  static String withoutSlash(String prefix) {
    int end = prefix.length();
    while (end > 0 && prefix.charAt(end - 1) == '/') {
      end--;
    }
    return prefix.substring(0, end);
  }

  private static Pattern pattern(String text, int flags) {
    try {
      return Pattern.compile(text, flags);
    } catch (PatternSyntaxException problem) {
      throw new IllegalArgumentException(
          "\"" + text + "\" is no regular expression: " + problem.getDescription(), problem);
    }
  }

  /// The whole path.
  record Exact(String value) implements PathRule {
    @Override
    public boolean matches(String path) {
      return path.equals(value);
    }
  }

  /// @param value without a slash at its end; empty for every path
  record Elements(String value) implements PathRule {
    @Override
    public boolean matches(String path) {
      int length = value.length();
      return path.startsWith(value) && (path.length() == length || path.charAt(length) == '/');
    }
  }

  /// Begins so.
  record Text(String value) implements PathRule {
    @Override
    public boolean matches(String path) {
      return path.startsWith(value);
    }
  }

  /// The whole path, as an expression has it.
  record Regex(Pattern pattern) implements PathRule {
    @Override
    public boolean matches(String path) {
      return Steps.matches(pattern, path);
    }

    Matcher matcher(String path) {
      return pattern.matcher(path);
    }
  }
}
