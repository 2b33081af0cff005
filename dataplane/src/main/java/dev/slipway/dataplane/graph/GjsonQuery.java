package dev.slipway.dataplane.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// The inside of `#(...)`: a path within the element, an operator, and what to compare with.
/// Without
/// an operator the path has to exist.
///
/// Source: `queryMatches` of github.com/tidwall/gjson.
record GjsonQuery(String path, String operator, String operand) {
  private static final List<String> OPERATORS =
      List.of("==", "!=", "<=", ">=", "!%", "=", "<", ">", "%");

  /// @param text between the brackets
  static GjsonQuery parse(String text) {
    int depth = 0;
    boolean quoted = false;
    for (int i = 0; i < text.length(); i++) {
      char here = text.charAt(i);
      if (here == '\\') {
        i++;
      } else if (here == '"') {
        quoted = !quoted;
      } else if (!quoted && (here == '(' || here == '[')) {
        depth++;
      } else if (!quoted && (here == ')' || here == ']')) {
        depth--;
      } else if (!quoted && depth == 0) {
        Optional<String> operator = operator(text, i);
        if (operator.isPresent()) {
          String operand = text.substring(i + operator.get().length()).strip();
          return new GjsonQuery(text.substring(0, i).strip(), operator.get(), bare(operand));
        }
      }
    }
    return new GjsonQuery(text.strip(), "", "");
  }

  private static Optional<String> operator(String text, int at) {
    return OPERATORS.stream().filter(each -> text.startsWith(each, at)).findFirst();
  }

  private static String bare(String operand) {
    boolean quoted = operand.length() > 1 && operand.startsWith("\"") && operand.endsWith("\"");
    return quoted ? operand.substring(1, operand.length() - 1).replace("\\\"", "\"") : operand;
  }

  boolean matches(JsonNode element) {
    Optional<JsonNode> found =
        path.isEmpty() ? Optional.of(element) : GjsonPath.find(element, path);
    return found.isPresent() && (operator.isEmpty() || compares(found.get()));
  }

  private boolean compares(JsonNode value) {
    if (value.isString()) {
      return text(value.stringValue());
    }
    if (value.isNumber()) {
      return ordered(Double.compare(value.doubleValue(), number(operand)));
    }
    if (value.isBoolean()) {
      return truth(value.booleanValue());
    }
    return false;
  }

  private boolean text(String value) {
    return switch (operator) {
      case "%" -> like(value, operand);
      case "!%" -> !like(value, operand);
      default -> ordered(value.compareTo(operand));
    };
  }

  private boolean ordered(int order) {
    return switch (operator) {
      case "=", "==" -> order == 0;
      case "!=" -> order != 0;
      case "<" -> order < 0;
      case "<=" -> order <= 0;
      case ">" -> order > 0;
      case ">=" -> order >= 0;
      default -> false;
    };
  }

  private boolean truth(boolean value) {
    String said = Boolean.toString(value);
    return switch (operator) {
      case "=", "==" -> operand.equals(said);
      case "!=" -> !operand.equals(said);
      case ">" -> value && operand.equals("false");
      case ">=" -> value || operand.equals("false");
      case "<" -> !value && operand.equals("true");
      case "<=" -> !value || operand.equals("true");
      default -> false;
    };
  }

  private static double number(String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException _) {
      return 0;
    }
  }

  /// Whether a text has the form of a pattern: `*` for anything, `?` for one character. Linear in
  /// text times pattern at worst.
  static boolean like(String text, String pattern) {
    int t = 0;
    int p = 0;
    int star = -1;
    int mark = 0;
    while (t < text.length()) {
      char wanted = p < pattern.length() ? pattern.charAt(p) : '\0';
      boolean literal = wanted == '\\' && p + 1 < pattern.length();
      char exact = literal ? pattern.charAt(p + 1) : wanted;
      if (p < pattern.length() && !literal && wanted == '*') {
        star = p++;
        mark = t;
      } else if (p < pattern.length() && ((!literal && wanted == '?') || exact == text.charAt(t))) {
        p += literal ? 2 : 1;
        t++;
      } else if (star >= 0) {
        p = star + 1;
        t = ++mark;
      } else {
        return false;
      }
    }
    while (p < pattern.length() && pattern.charAt(p) == '*') {
      p++;
    }
    return p == pattern.length();
  }

  /// The position of the bracket that closes the one at `open`; -1 where none does.
  static int closing(String text, int open) {
    int depth = 0;
    boolean quoted = false;
    for (int i = open; i < text.length(); i++) {
      char here = text.charAt(i);
      if (here == '\\') {
        i++;
      } else if (here == '"') {
        quoted = !quoted;
      } else if (!quoted && "([{".indexOf(here) >= 0) {
        depth++;
      } else if (!quoted && ")]}".indexOf(here) >= 0 && --depth == 0) {
        return i;
      }
    }
    return -1;
  }

  /// The parts of a list, at commas outside of brackets and quotes.
  static List<String> split(String text) {
    var parts = new ArrayList<String>();
    int depth = 0;
    int from = 0;
    boolean quoted = false;
    for (int i = 0; i < text.length(); i++) {
      char here = text.charAt(i);
      if (here == '\\') {
        i++;
      } else if (here == '"') {
        quoted = !quoted;
      } else if (!quoted && "([{".indexOf(here) >= 0) {
        depth++;
      } else if (!quoted && ")]}".indexOf(here) >= 0) {
        depth--;
      } else if (!quoted && depth == 0 && here == ',') {
        parts.add(text.substring(from, i).strip());
        from = i + 1;
      }
    }
    parts.add(text.substring(from).strip());
    return parts;
  }
}
