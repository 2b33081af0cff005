package dev.slipway.app;

import dev.slipway.tuning.Distribution;
import dev.slipway.tuning.Parameter;
import java.util.List;
import java.util.regex.Pattern;

/// Parameters as the command line writes them. Pure.
///
/// `lr=1e-5..1:log`, `layers=1..8`, `rate=0..1:step=0.1`, `optimizer=adam,sgd`, `width=16,32,64`.
final class TuneSpace {
  private static final Pattern WHOLE = Pattern.compile("[+-]?\\d+");
  private static final String FORMS =
      " (expected NAME=MIN..MAX, NAME=MIN..MAX:log, NAME=MIN..MAX:step=STEP or NAME=ONE,OTHER)";

  private TuneSpace() {}

  /// Whole numbers where the bounds and the step are.
  ///
  /// @throws UserException if it is none
  static Parameter parse(String text) {
    int equals = text.indexOf('=');
    if (equals < 1 || equals == text.length() - 1) {
      throw wrong(text);
    }
    var name = text.substring(0, equals);
    var range = text.substring(equals + 1);
    return range.contains("..") ? numbers(text, name, range) : choice(name, range);
  }

  private static UserException wrong(String text) {
    return new UserException("--param \"" + text + "\" is no parameter" + FORMS);
  }

  private static Parameter choice(String name, String list) {
    var values = List.of(list.split(",", -1));
    return values.stream().allMatch(TuneSpace::isNumber)
        ? new Parameter.Discrete(name, values, Distribution.UNIFORM)
        : new Parameter.Categorical(name, values);
  }

  private static boolean isNumber(String text) {
    try {
      return Double.isFinite(Double.parseDouble(text));
    } catch (NumberFormatException _) {
      return false;
    }
  }

  private static Parameter numbers(String text, String name, String range) {
    var parts = range.split(":", -1);
    var bounds = parts[0].split("\\.\\.", -1);
    var distribution = Distribution.UNIFORM;
    var step = "";
    for (int i = 1; i < parts.length; i++) {
      if (parts[i].equals("log")) {
        distribution = Distribution.LOG_UNIFORM;
      } else if (parts[i].startsWith("step=")) {
        step = parts[i].substring("step=".length());
      } else {
        throw wrong(text);
      }
    }
    if (bounds.length != 2
        || !isNumber(bounds[0])
        || !isNumber(bounds[1])
        || (!step.isEmpty() && !isNumber(step))) {
      throw wrong(text);
    }
    return isWhole(bounds[0]) && isWhole(bounds[1]) && (step.isEmpty() || isWhole(step))
        ? new Parameter.Whole(
            name,
            Long.parseLong(bounds[0]),
            Long.parseLong(bounds[1]),
            step.isEmpty() ? 1 : Long.parseLong(step),
            distribution)
        : new Parameter.Real(
            name,
            Double.parseDouble(bounds[0]),
            Double.parseDouble(bounds[1]),
            step.isEmpty() ? 0 : Double.parseDouble(step),
            distribution);
  }

  private static boolean isWhole(String text) {
    return WHOLE.matcher(text).matches() && text.length() <= 18;
  }
}
