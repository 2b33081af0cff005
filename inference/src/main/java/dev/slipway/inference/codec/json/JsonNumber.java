package dev.slipway.inference.codec.json;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;

/// The number a reader stands on, taken apart: sign, digits as a long, power of ten.
final class JsonNumber {
  private static final int MAX_DIGITS = 18;
  private static final int EXPONENT_ENOUGH = 100_000_000;

  private final byte[] bytes;
  private final int limit;

  private int from;
  private int to;
  private boolean negative;
  private boolean integer;
  private long mantissa;
  private int digits;
  private int exponent;

  JsonNumber(byte[] bytes, int limit) {
    this.bytes = bytes;
    this.limit = limit;
  }

  /// Takes the number at `at` apart.
  ///
  /// @return where it ends; `-1 - position` where it is malformed
  int scan(int at) {
    from = at;
    int i = at;
    negative = bytes[i] == '-';
    if (negative) {
      i++;
    }
    int start = i;
    long value = 0;
    while (i < limit && isDigit(bytes[i])) {
      value = value * 10 + (bytes[i] - '0');
      i++;
    }
    if (i == start || (bytes[start] == '0' && i - start > 1)) {
      return -1 - (i == start ? i : start + 1);
    }
    digits = bytes[start] == '0' ? 0 : i - start;
    mantissa = value;
    exponent = 0;
    integer = true;
    if (i < limit && bytes[i] == '.') {
      i = fraction(i + 1);
    }
    if (i >= 0 && i < limit && (bytes[i] | 0x20) == 'e') {
      i = exponent(i + 1);
    }
    to = i;
    return i;
  }

  private int fraction(int start) {
    int i = start;
    long value = mantissa;
    if (digits == 0) {
      while (i < limit && bytes[i] == '0') {
        i++;
      }
    }
    int significant = i;
    int count = Long.BYTES;
    while (count == Long.BYTES && i + Long.BYTES <= limit) {
      long word = SwarDigits.word(bytes, i);
      count = SwarDigits.count(word);
      if (count > 0) {
        value = value * SwarDigits.power(count) + SwarDigits.join(word, count);
        i += count;
      }
    }
    while (count == Long.BYTES && i < limit && isDigit(bytes[i])) {
      value = value * 10 + (bytes[i] - '0');
      i++;
    }
    if (i == start) {
      return -1 - i;
    }
    digits += i - significant;
    mantissa = value;
    exponent = start - i;
    integer = false;
    return i;
  }

  private int exponent(int start) {
    int i = start;
    boolean down = i < limit && bytes[i] == '-';
    if (down || (i < limit && bytes[i] == '+')) {
      i++;
    }
    int first = i;
    int power = 0;
    while (i < limit && isDigit(bytes[i])) {
      power = power < EXPONENT_ENOUGH ? power * 10 + (bytes[i] - '0') : power;
      i++;
    }
    if (i == first) {
      return -1 - i;
    }
    exponent += down ? -power : power;
    integer = false;
    return i;
  }

  private static boolean isDigit(byte value) {
    return value >= '0' && value <= '9';
  }

  double doubleValue() {
    if (digits <= MAX_DIGITS) {
      if (Decimal.isExact(mantissa, exponent)) {
        double value = Decimal.exact(mantissa, exponent);
        return negative ? -value : value;
      }
      long bits = mantissa == 0 ? 0 : Decimal.rounded(mantissa, exponent);
      if (bits != Decimal.UNDECIDED) {
        double value = Double.longBitsToDouble(bits);
        return negative ? -value : value;
      }
    }
    return Decimal.parseDouble(bytes, from, to);
  }

  float floatValue() {
    double value = doubleValue();
    return Decimal.narrows(Math.abs(value)) ? (float) value : Decimal.parseFloat(bytes, from, to);
  }

  /// Whether it is written without a fraction and an exponent.
  boolean isInteger() {
    return integer;
  }

  /// Whether its value is integral and fits 64 bits, signed or, where asked, unsigned.
  boolean isLong(boolean unsigned) {
    if (integer && digits <= MAX_DIGITS) {
      return !unsigned || !negative || mantissa == 0;
    }
    if (Math.max(digits + exponent, digits) > 400 || exponent < -400) {
      return integer && digits == 0;
    }
    var exact = big();
    if (exact.signum() != 0 && exact.stripTrailingZeros().scale() > 0) {
      return false;
    }
    return unsigned
        ? exact.signum() >= 0 && exact.toBigInteger().bitLength() <= Long.SIZE
        : exact.toBigInteger().bitLength() < Long.SIZE;
  }

  /// The value where [#isLong]; unsigned ones as their bits.
  long longValue() {
    if (integer && digits <= MAX_DIGITS) {
      return negative ? -mantissa : mantissa;
    }
    return big().longValue();
  }

  private BigDecimal big() {
    return new BigDecimal(text());
  }

  String text() {
    return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
  }
}
