package dev.slipway.autoscaling.knative;

import dev.slipway.base.FieldPath;
import dev.slipway.base.Problem;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;

/// Reads typed values out of the text entries of a ConfigMap; a wrong one is a problem and reads as
/// the value it replaces.
record TextFields(FieldPath at, Map<String, String> entries, List<Problem> problems) {
  /// Words Go's `strconv.ParseBool` takes.
  private static final List<String> YES = List.of("1", "t", "T", "TRUE", "true", "True");

  private static final List<String> NO = List.of("0", "f", "F", "FALSE", "false", "False");

  String text(String key, String otherwise) {
    return entries.getOrDefault(key, otherwise);
  }

  boolean flag(String key, boolean otherwise) {
    return value(key, otherwise, TextFields::parseFlag, "must be true or false");
  }

  double number(String key, double otherwise) {
    return value(key, otherwise, text -> boxed(parseNumber(text)), "must be a number");
  }

  int whole(String key, int otherwise) {
    return value(key, otherwise, TextFields::parseWhole, "must be a whole number of 32 bits");
  }

  Duration duration(String key, Duration otherwise) {
    return value(key, otherwise, GoDuration::parse, "must be a duration such as 90s or 1m30s");
  }

  private <T> T value(
      String key, T otherwise, Function<String, Optional<T>> parse, String expected) {
    String text = entries.get(key);
    if (text == null) {
      return otherwise;
    }
    Optional<T> value = parse.apply(text);
    if (value.isEmpty()) {
      problems.add(Problem.invalid(at.field(key), text, expected));
    }
    return value.orElse(otherwise);
  }

  /// A finite number as Go and Java both read it; `NaN`, infinities and suffixes are none.
  static OptionalDouble parseNumber(String text) {
    if (text.isEmpty() || "0123456789.".indexOf(text.charAt(text.length() - 1)) < 0) {
      return OptionalDouble.empty();
    }
    if (!text.equals(text.strip())) {
      return OptionalDouble.empty();
    }
    try {
      double value = Double.parseDouble(text);
      return Double.isFinite(value) ? OptionalDouble.of(value) : OptionalDouble.empty();
    } catch (NumberFormatException _) {
      return OptionalDouble.empty();
    }
  }

  static Optional<Integer> parseWhole(String text) {
    try {
      return Optional.of(Integer.parseInt(text));
    } catch (NumberFormatException _) {
      return Optional.empty();
    }
  }

  private static Optional<Boolean> parseFlag(String text) {
    return YES.contains(text)
        ? Optional.of(true)
        : NO.contains(text) ? Optional.of(false) : Optional.empty();
  }

  private static Optional<Double> boxed(OptionalDouble value) {
    return value.isPresent() ? Optional.of(value.getAsDouble()) : Optional.empty();
  }
}
