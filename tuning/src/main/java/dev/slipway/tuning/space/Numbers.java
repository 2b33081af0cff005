package dev.slipway.tuning.space;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.OptionalDouble;

/// Numbers as trials read and write them.
public final class Numbers {

  private static final MathContext CERTAIN = new MathContext(15);

  private Numbers() {}

  /// The shortest text that reads back as the same number, written as Python writes it: `0.1`,
  /// `3.0`, `1e-05`, `2.5e+20`.
  public static String text(double value) {
    String java = Double.toString(value == 0 ? 0 : value);
    int exponentAt = java.indexOf('E');
    if (exponentAt < 0) {
      return java;
    }
    int exponent = Integer.parseInt(java, exponentAt + 1, java.length(), 10);
    if (exponent >= -4 && exponent < 16) {
      String plain = new BigDecimal(java).toPlainString();
      return plain.contains(".") ? plain.replaceFirst("(\\.\\d+?)0+$", "$1") : plain + ".0";
    }
    String digits = java.substring(0, exponentAt);
    String shown = digits.endsWith(".0") ? digits.substring(0, digits.length() - 2) : digits;
    String sign = exponent < 0 ? "-" : "+";
    int size = Math.abs(exponent);
    return shown + "e" + sign + (size < 10 ? "0" : "") + size;
  }

  /// The number of 15 significant digits that is nearest: what a double holds for certain, without
  /// the rests of arithmetic.
  static double rounded(double value) {
    return new BigDecimal(value).round(CERTAIN).doubleValue();
  }

  /// A finite number; empty for any other text.
  public static OptionalDouble parse(String text) {
    try {
      double value = Double.parseDouble(text.strip());
      return Double.isFinite(value) ? OptionalDouble.of(value) : OptionalDouble.empty();
    } catch (NumberFormatException notANumber) {
      return OptionalDouble.empty();
    }
  }
}
