package dev.slipway.engines.sklearn.preprocessing;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Values of Python compared as Python compares them.
public final class PyValues {
  /// Stands for `None` where a key is needed.
  public static final Object NONE =
      new Object() {
        @Override
        public String toString() {
          return "None";
        }
      };

  private PyValues() {}

  /// A key that is equal for values that Python finds equal: numbers and booleans by their value,
  /// NaN with NaN, text and bytes as text.
  public static Object key(@Nullable Object value) {
    return switch (value) {
      case null -> NONE;
      case Boolean truth -> truth ? 1.0 : 0.0;
      case Number number -> number.doubleValue() + 0.0;
      case byte[] bytes -> new String(bytes, StandardCharsets.UTF_8);
      default -> value;
    };
  }

  public static boolean isNan(@Nullable Object value) {
    return value instanceof Double number && number.isNaN();
  }

  /// As `repr` writes it.
  public static String repr(@Nullable Object value) {
    return switch (value) {
      case null -> "None";
      case String text -> "'" + text + "'";
      case Boolean truth -> truth ? "True" : "False";
      case Double number -> number.isNaN() ? "nan" : number.toString();
      default -> value.toString();
    };
  }
}
