package dev.slipway.apiserver.custom;

import dev.slipway.apiserver.custom.JsonPath.Operand;
import dev.slipway.apiserver.custom.JsonPath.Step;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads the text of a [JsonPath].
final class JsonPathParser {
  private static final Pattern SLICE = Pattern.compile("(-?[0-9]*)(?::(-?[0-9]*))?(?::([0-9]*))?");
  private static final Pattern COMPARISON = Pattern.compile("==|!=|<=|>=|<|>");
  private static final String ENDS_NAME = " .[]{}()=!<>?@'\",";
  private static final int MAX_LENGTH = 4096;

  private final String text;
  private int at;

  JsonPathParser(String text) {
    if (text.length() > MAX_LENGTH) {
      throw new IllegalArgumentException("path is longer than " + MAX_LENGTH + " characters");
    }
    String bare = text.strip();
    boolean template = bare.startsWith("{") && bare.endsWith("}");
    this.text = template ? bare.substring(1, bare.length() - 1).strip() : bare;
  }

  List<Step> steps() {
    var steps = new ArrayList<Step>();
    while (at < text.length()) {
      char here = text.charAt(at);
      switch (here) {
        case '$', '@' -> at++;
        case '.' -> dot(steps);
        case '[' -> bracket(steps);
        case ' ' -> at++;
        default -> {
          if (!steps.isEmpty() || at > 0) {
            throw new IllegalArgumentException("unrecognized character in action: '" + here + "'");
          }
          steps.add(new Step.Field(name()));
        }
      }
    }
    return steps;
  }

  private void dot(List<Step> steps) {
    at++;
    if (at < text.length() && text.charAt(at) == '.') {
      at++;
      steps.add(new Step.Descent());
    }
    if (at >= text.length() || text.charAt(at) == '[') {
      return;
    }
    if (text.charAt(at) == '*') {
      at++;
      steps.add(new Step.Wildcard());
    } else {
      steps.add(new Step.Field(name()));
    }
  }

  private String name() {
    var name = new StringBuilder();
    while (at < text.length() && ENDS_NAME.indexOf(text.charAt(at)) < 0) {
      if (text.charAt(at) == '\\' && at + 1 < text.length()) {
        at++;
      }
      name.append(text.charAt(at++));
    }
    if (name.isEmpty()) {
      throw new IllegalArgumentException("unterminated field name at " + at + " of " + text);
    }
    return name.toString();
  }

  private void bracket(List<Step> steps) {
    int close = closing(at);
    String inside = text.substring(at + 1, close).strip();
    at = close + 1;
    if (inside.equals("*")) {
      steps.add(new Step.Wildcard());
    } else if (inside.startsWith("?(") && inside.endsWith(")")) {
      steps.add(filter(inside.substring(2, inside.length() - 1).strip()));
    } else if (splitOutsideQuotes(inside).size() > 1) {
      List<List<Step>> paths =
          splitOutsideQuotes(inside).stream().map(each -> List.of(single(each.strip()))).toList();
      steps.add(new Step.Union(paths));
    } else {
      steps.add(single(inside));
    }
  }

  private static Step single(String inside) {
    if (isQuoted(inside)) {
      return new Step.Field(unquote(inside));
    }
    Matcher slice = SLICE.matcher(inside);
    if (!slice.matches() || inside.isEmpty()) {
      throw new IllegalArgumentException("invalid array index " + inside);
    }
    if (inside.indexOf(':') < 0) {
      return new Step.Index(Integer.parseInt(inside));
    }
    int by = number(slice.group(3)).orElse(1);
    if (by <= 0) {
      throw new IllegalArgumentException("step must be > 0");
    }
    return new Step.Slice(number(slice.group(1)), number(slice.group(2)), by);
  }

  private static Optional<Integer> number(@org.jspecify.annotations.Nullable String digits) {
    return digits == null || digits.isEmpty()
        ? Optional.empty()
        : Optional.of(Integer.parseInt(digits));
  }

  private static Step filter(String inside) {
    int[] place = operator(inside);
    if (place.length == 0) {
      return new Step.Filter(operand(inside), "exists", new Operand.None());
    }
    return new Step.Filter(
        operand(inside.substring(0, place[0]).strip()),
        inside.substring(place[0], place[1]),
        operand(inside.substring(place[1]).strip()));
  }

  private static int[] operator(String inside) {
    Matcher comparison = COMPARISON.matcher(inside);
    while (comparison.find()) {
      if (!insideQuotes(inside, comparison.start())) {
        return new int[] {comparison.start(), comparison.end()};
      }
    }
    return new int[0];
  }

  private static Operand operand(String text) {
    if (isQuoted(text)) {
      return new Operand.Text(unquote(text));
    }
    if (text.equals("true") || text.equals("false")) {
      return new Operand.Truth(text.equals("true"));
    }
    if (text.startsWith("@") || text.startsWith(".")) {
      return new Operand.Path(new JsonPathParser(text).steps());
    }
    try {
      return new Operand.Decimal(new BigDecimal(text));
    } catch (NumberFormatException _) {
      throw new IllegalArgumentException("unrecognized operand in filter: " + text);
    }
  }

  private int closing(int open) {
    int depth = 0;
    for (int i = open; i < text.length(); i++) {
      char here = text.charAt(i);
      if (here == '\'' || here == '"') {
        i = endOfQuote(text, i);
      } else if (here == '[') {
        depth++;
      } else if (here == ']' && --depth == 0) {
        return i;
      }
    }
    throw new IllegalArgumentException("unterminated array");
  }

  private static int endOfQuote(String text, int open) {
    for (int i = open + 1; i < text.length(); i++) {
      if (text.charAt(i) == '\\') {
        i++;
      } else if (text.charAt(i) == text.charAt(open)) {
        return i;
      }
    }
    throw new IllegalArgumentException("unterminated quoted string");
  }

  private static boolean insideQuotes(String text, int place) {
    for (int i = 0; i < place; i++) {
      if (text.charAt(i) == '\'' || text.charAt(i) == '"') {
        i = endOfQuote(text, i);
        if (i > place) {
          return true;
        }
      }
    }
    return false;
  }

  private static List<String> splitOutsideQuotes(String text) {
    var parts = new ArrayList<String>();
    int from = 0;
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) == '\'' || text.charAt(i) == '"') {
        i = endOfQuote(text, i);
      } else if (text.charAt(i) == ',') {
        parts.add(text.substring(from, i));
        from = i + 1;
      }
    }
    parts.add(text.substring(from));
    return parts;
  }

  private static boolean isQuoted(String text) {
    return text.length() >= 2
        && (text.charAt(0) == '\'' || text.charAt(0) == '"')
        && text.charAt(text.length() - 1) == text.charAt(0);
  }

  private static String unquote(String text) {
    return text.substring(1, text.length() - 1).replaceAll("\\\\(.)", "$1");
  }
}
