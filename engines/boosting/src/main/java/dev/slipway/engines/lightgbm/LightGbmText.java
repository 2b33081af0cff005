package dev.slipway.engines.lightgbm;

import dev.slipway.inference.engine.ModelLoadException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// A model's text, line by line, and the blocks of `key=value` lines it is made of.
final class LightGbmText {
  private static final int LONGEST_QUOTE = 60;

  /// Lines `key=value` of the header or of one tree.
  static final class Block {
    private final String name;
    private final Map<String, String> values = new HashMap<>();
    private final Map<String, Integer> lines = new HashMap<>();

    Block(String name) {
      this.name = name;
    }

    boolean has(String key) {
      return values.containsKey(key);
    }

    Optional<String> find(String key) {
      return Optional.ofNullable(values.get(key));
    }

    String text(String key) throws ModelLoadException {
      var value = values.get(key);
      if (value == null) {
        throw new ModelLoadException("%s: no line %s=".formatted(name, key));
      }
      return value;
    }

    /// A whole number within bounds.
    int integer(String key, int least, int most) throws ModelLoadException {
      var text = text(key).strip();
      try {
        int value = Integer.parseInt(text);
        if (value >= least && value <= most) {
          return value;
        }
      } catch (NumberFormatException _) {
        // said below
      }
      throw wrong(key, "\"" + quote(text) + "\"", "a whole number from " + least + " to " + most);
    }

    int integer(String key, int least, int most, int otherwise) throws ModelLoadException {
      return has(key) ? integer(key, least, most) : otherwise;
    }

    /// Exactly so many whole numbers; unsigned ones of 32 bits keep their bits.
    int[] integers(String key, int count) throws ModelLoadException {
      var text = text(key);
      requireRoom(key, text, count);
      var values = new int[count];
      int at = 0;
      for (int i = 0; i < count; i++) {
        at = start(text, at);
        int end = end(text, at);
        try {
          values[i] = (int) Long.parseLong(text, at, end, 10);
        } catch (NumberFormatException _) {
          throw element(key, text.substring(at, end), i, count);
        }
        at = end;
      }
      requireEnd(key, text, at, count);
      return values;
    }

    /// Exactly so many numbers.
    double[] numbers(String key, int count) throws ModelLoadException {
      var text = text(key);
      requireRoom(key, text, count);
      var values = new double[count];
      int at = 0;
      for (int i = 0; i < count; i++) {
        at = start(text, at);
        int end = end(text, at);
        values[i] = number(key, text.substring(at, end), i, count);
        at = end;
      }
      requireEnd(key, text, at, count);
      return values;
    }

    private double number(String key, String text, int index, int count) throws ModelLoadException {
      try {
        return Double.parseDouble(text);
      } catch (NumberFormatException _) {
        return switch (text) {
          case "inf" -> Double.POSITIVE_INFINITY;
          case "-inf" -> Double.NEGATIVE_INFINITY;
          case "nan", "-nan" -> Double.NaN;
          default -> throw element(key, text, index, count);
        };
      }
    }

    /// Refuses counts that the text is too short for before anything of that size is made.
    private void requireRoom(String key, String text, int count) throws ModelLoadException {
      if (count > (text.length() + 1L) / 2) {
        throw wrong(key, "at most " + (text.length() + 1) / 2 + " values", count + " values");
      }
    }

    private void requireEnd(String key, String text, int at, int count) throws ModelLoadException {
      if (start(text, at) < text.length()) {
        throw wrong(key, "more values", count + " values");
      }
    }

    private ModelLoadException element(String key, String text, int index, int count) {
      return text.isEmpty()
          ? wrong(key, index + " values", count + " values")
          : wrong(key, "\"" + quote(text) + "\" as value " + index, "a number");
    }

    ModelLoadException wrong(String key, String found, String expected) {
      return new ModelLoadException(
          "%s, line %d: %s is %s (expected %s)"
              .formatted(name, lines.getOrDefault(key, 0), key, found, expected));
    }
  }

  private final String text;
  private int at;
  private int line;

  LightGbmText(String text) {
    this.text = text;
  }

  boolean done() {
    return at >= text.length();
  }

  /// The next line, left where it is.
  String peek() {
    return text.substring(at, lineEnd());
  }

  /// The next line.
  String next() {
    var found = peek();
    at = lineEnd();
    if (at < text.length() && text.charAt(at) == '\r') {
      at++;
    }
    if (at < text.length() && text.charAt(at) == '\n') {
      at++;
    }
    line++;
    return found;
  }

  private int lineEnd() {
    int end = text.indexOf('\n', at);
    end = end < 0 ? text.length() : end;
    return end > at && text.charAt(end - 1) == '\r' ? end - 1 : end;
  }

  void skipEmpty() {
    while (!done() && peek().isEmpty()) {
      next();
    }
  }

  /// Lines up to an empty one. A line without `=` is a key without a value.
  Block block(String name) {
    var block = new Block(name);
    while (!done()) {
      var current = next();
      if (current.isEmpty()) {
        break;
      }
      int sign = current.indexOf('=');
      var key = sign < 0 ? current : current.substring(0, sign);
      block.values.put(key, sign < 0 ? "" : current.substring(sign + 1));
      block.lines.put(key, line);
    }
    return block;
  }

  int line() {
    return line;
  }

  private static int start(String text, int from) {
    int at = from;
    while (at < text.length() && text.charAt(at) == ' ') {
      at++;
    }
    return at;
  }

  private static int end(String text, int from) {
    int at = from;
    while (at < text.length() && text.charAt(at) != ' ') {
      at++;
    }
    return at;
  }

  static String quote(String text) {
    return text.length() <= LONGEST_QUOTE ? text : text.substring(0, LONGEST_QUOTE) + "...";
  }
}
