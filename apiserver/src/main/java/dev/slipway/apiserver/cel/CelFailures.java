package dev.slipway.apiserver.cel;

import dev.cel.common.CelErrorCode;
import dev.cel.runtime.CelEvaluationException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Words failures as the Go implementation does, because clients and tests match on them.
final class CelFailures {
  private static final Pattern PLACE = Pattern.compile("^evaluation error(?: at [^ ]*)?: ");
  private static final Pattern MAP_KEY = Pattern.compile("^key '(.*)' is not present in map\\.$");
  private static final Pattern NUMBER = Pattern.compile("-?\\d+");

  private CelFailures() {}

  static String words(CelEvaluationException failed) {
    String message = PLACE.matcher(String.valueOf(failed.getMessage())).replaceFirst("");
    CelErrorCode code = failed.getErrorCode();
    return switch (code) {
      case ATTRIBUTE_NOT_FOUND -> missing(message);
      case INDEX_OUT_OF_BOUNDS -> {
        Matcher number = NUMBER.matcher(message);
        yield number.find() ? "index out of bounds: " + number.group() : message;
      }
      case DIVIDE_BY_ZERO -> message.contains("modulus") ? "modulus by zero" : "division by zero";
      case OVERLOAD_NOT_FOUND -> "no such overload";
      case NUMERIC_OVERFLOW -> "integer overflow";
      case ITERATION_BUDGET_EXCEEDED -> "operation cancelled: actual cost limit exceeded";
      case INTERNAL_ERROR,
          DUPLICATE_ATTRIBUTE,
          INVALID_ARGUMENT,
          AMBIGUOUS_OVERLOAD,
          TYPE_NOT_FOUND,
          BAD_FORMAT ->
          message;
    };
  }

  private static String missing(String message) {
    Matcher key = MAP_KEY.matcher(message);
    if (key.matches()) {
      return "no such key: " + key.group(1);
    }
    return message.indexOf(' ') < 0 ? "no such key: " + message : message;
  }
}
