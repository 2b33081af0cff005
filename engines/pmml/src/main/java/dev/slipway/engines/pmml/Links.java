package dev.slipway.engines.pmml;

import java.util.List;
import java.util.function.DoubleUnaryOperator;

/// Functions from scores to probabilities and values: the inverses of link functions.
final class Links {
  static final List<String> NAMES =
      List.of("none", "identity", "logit", "probit", "cloglog", "loglog", "cauchit", "exp", "log");

  private Links() {}

  /// @param name one of [#NAMES]
  static DoubleUnaryOperator inverse(String name) {
    return switch (name) {
      case "logit" -> y -> 1 / (1 + Math.exp(-y));
      case "probit" -> Normal::cdf;
      case "cloglog" -> y -> -Math.expm1(-Math.exp(y));
      case "loglog" -> y -> Math.exp(-Math.exp(-y));
      case "cauchit" -> y -> 0.5 + Math.atan(y) / Math.PI;
      case "exp", "log" -> Math::exp;
      default -> DoubleUnaryOperator.identity();
    };
  }

  /// `exp(y) / sum(exp(y))`, in place; the largest is taken off first so that nothing overflows.
  static void softmax(double... values) {
    double most = Double.NEGATIVE_INFINITY;
    for (double value : values) {
      most = Math.max(most, value);
    }
    for (int i = 0; i < values.length; i++) {
      values[i] = Math.exp(values[i] - most);
    }
    simplemax(values);
  }

  /// Divides by the sum, in place.
  static void simplemax(double... values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    for (int i = 0; i < values.length; i++) {
      values[i] /= sum;
    }
  }
}
