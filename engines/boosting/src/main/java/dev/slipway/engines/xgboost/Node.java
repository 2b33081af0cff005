package dev.slipway.engines.xgboost;

import dev.slipway.inference.engine.ModelLoadException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A place in a model's document, which is JSON in nature whatever its bytes are, with its path for
/// messages.
///
/// @param path from the root: `learner.gradient_booster`
/// @param value a `Map`, a `List`, a `double[]` for an array of numbers or booleans, a `String`, a
/// `Double`, a `Boolean`, or null
record Node(String path, @Nullable Object value) {
  /// A member of an object.
  Node get(String key) throws ModelLoadException {
    return find(key)
        .orElseThrow(() -> new ModelLoadException("no " + below(key) + " (expected one)"));
  }

  /// A member of an object, if it is there and not null.
  Optional<Node> find(String key) throws ModelLoadException {
    if (!(value instanceof Map<?, ?> members)) {
      throw wrong("an object");
    }
    var member = members.get(key);
    return member == null ? Optional.empty() : Optional.of(new Node(below(key), member));
  }

  private String below(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  /// The members of an object by key, in the order of the file.
  Map<?, ?> members() throws ModelLoadException {
    if (value instanceof Map<?, ?> members) {
      return members;
    }
    throw wrong("an object");
  }

  String text() throws ModelLoadException {
    if (value instanceof String text) {
      return text;
    }
    throw wrong("a string");
  }

  /// A whole number, written as one or as a string (XGBoost's parameters).
  int integer(int least, int most) throws ModelLoadException {
    double number = number();
    if (number == Math.rint(number) && number >= least && number <= most) {
      return (int) number;
    }
    throw wrong("a whole number from " + least + " to " + most);
  }

  double number() throws ModelLoadException {
    if (value instanceof Double number) {
      return number;
    }
    try {
      return Double.parseDouble(text());
    } catch (NumberFormatException _) {
      throw wrong("a number");
    }
  }

  /// An array's elements.
  List<Node> elements() throws ModelLoadException {
    if (value instanceof double[] numbers && numbers.length == 0) {
      return List.of();
    }
    if (!(value instanceof List<?> list)) {
      throw wrong("an array");
    }
    var elements = new java.util.ArrayList<Node>();
    for (int i = 0; i < list.size(); i++) {
      elements.add(new Node(path + "[" + i + "]", list.get(i)));
    }
    return elements;
  }

  /// An array of numbers. Not to be written to.
  double[] numbers() throws ModelLoadException {
    if (value instanceof double[] numbers) {
      return numbers;
    }
    throw wrong("an array of numbers");
  }

  /// An array of exactly so many numbers.
  double[] numbers(int count) throws ModelLoadException {
    var numbers = numbers();
    if (numbers.length != count) {
      throw new ModelLoadException(
          "%s has %d values (expected %d)".formatted(path, numbers.length, count));
    }
    return numbers;
  }

  ModelLoadException wrong(String expected) {
    return new ModelLoadException(
        "%s is %s (expected %s)".formatted(path.isEmpty() ? "the file" : path, found(), expected));
  }

  private String found() {
    return switch (value) {
      case null -> "null";
      case Map<?, ?> _ -> "an object";
      case List<?> list -> "an array of " + list.size();
      case double[] numbers -> "an array of " + numbers.length + " numbers";
      case String text -> "\"" + (text.length() > 60 ? text.substring(0, 60) + "..." : text) + "\"";
      default -> value.toString();
    };
  }

  @Override
  public String toString() {
    return path + ": " + found();
  }
}
