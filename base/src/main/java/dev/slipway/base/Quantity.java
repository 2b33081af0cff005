package dev.slipway.base;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A Kubernetes resource quantity: `500m`, `2Gi`, `1e3`. Exact, ordered by value.
///
/// Grammar and canonical form: `k8s.io/apimachinery/pkg/api/resource/quantity.go`.
public record Quantity(BigDecimal value, Form form) implements Comparable<Quantity> {
  /// The family of suffixes a quantity was written with and is printed in.
  public enum Form {
    DECIMAL_SI,
    BINARY_SI,
    DECIMAL_EXPONENT
  }

  public static final Quantity ZERO = new Quantity(BigDecimal.ZERO, Form.DECIMAL_SI);

  private static final Pattern GRAMMAR =
      Pattern.compile(
          "([+-]?(?:[0-9]+(?:\\.[0-9]*)?|\\.[0-9]+))(Ki|Mi|Gi|Ti|Pi|Ei|[numkMGTPE]|[eE][+-]?[0-9]{1,9})?");
  private static final Map<String, Integer> DECIMAL =
      Map.of("n", -9, "u", -6, "m", -3, "", 0, "k", 3, "M", 6, "G", 9, "T", 12, "P", 15, "E", 18);
  private static final String BINARY = "KMGTPE";
  private static final int MAX_EXPONENT = 1000;

  /// Reads a quantity.
  ///
  /// @return empty where the text is no quantity
  public static Optional<Quantity> parse(String text) {
    Matcher parts = GRAMMAR.matcher(text);
    if (!parts.matches()) {
      return Optional.empty();
    }
    var number = new BigDecimal(parts.group(1));
    String suffix = parts.group(2) == null ? "" : parts.group(2);
    if (suffix.length() == 2 && suffix.endsWith("i")) {
      int power = BINARY.indexOf(suffix.charAt(0)) + 1;
      return Optional.of(rounded(number.multiply(power1024(power)), Form.BINARY_SI));
    }
    Integer exponent = DECIMAL.get(suffix);
    if (exponent != null) {
      return Optional.of(rounded(number.scaleByPowerOfTen(exponent), Form.DECIMAL_SI));
    }
    int written = Integer.parseInt(suffix.substring(1).replaceFirst("^\\+", ""));
    if (Math.abs(written) > MAX_EXPONENT) {
      return Optional.empty();
    }
    return Optional.of(rounded(number.scaleByPowerOfTen(written), Form.DECIMAL_EXPONENT));
  }

  /// Whole units, printed with decimal suffixes.
  public static Quantity of(long units) {
    return new Quantity(BigDecimal.valueOf(units), Form.DECIMAL_SI);
  }

  public Quantity plus(Quantity other) {
    return new Quantity(value.add(other.value), value.signum() == 0 ? other.form : form);
  }

  public Quantity minus(Quantity other) {
    return new Quantity(value.subtract(other.value), value.signum() == 0 ? other.form : form);
  }

  public int signum() {
    return value.signum();
  }

  /// Units, rounded up; saturates at the range of a long.
  public long units() {
    return saturate(value.setScale(0, RoundingMode.CEILING).toBigInteger());
  }

  /// Thousandths of a unit, rounded up; saturates at the range of a long.
  public long milliUnits() {
    return saturate(value.movePointRight(3).setScale(0, RoundingMode.CEILING).toBigInteger());
  }

  @Override
  public int compareTo(Quantity other) {
    return value.compareTo(other.value);
  }

  /// Equal by value: `1` equals `1000m`.
  @Override
  public boolean equals(Object other) {
    return other instanceof Quantity that && compareTo(that) == 0;
  }

  @Override
  public int hashCode() {
    return value.stripTrailingZeros().hashCode();
  }

  /// The canonical form: no fraction, the largest suffix that keeps it whole.
  @Override
  public String toString() {
    if (value.signum() == 0) {
      return "0";
    }
    if (form == Form.BINARY_SI && value.abs().compareTo(power1024(1)) >= 0 && isWhole(value)) {
      return binary(value.toBigIntegerExact());
    }
    return decimal();
  }

  private static String binary(BigInteger whole) {
    int power = 0;
    BigInteger kilo = BigInteger.valueOf(1024);
    while (power < BINARY.length() && whole.mod(kilo).signum() == 0) {
      whole = whole.divide(kilo);
      power++;
    }
    return power == 0 ? whole.toString() : whole + BINARY.substring(power - 1, power) + "i";
  }

  private String decimal() {
    BigDecimal bare = value.stripTrailingZeros();
    int exponent = -Math.floorDiv(bare.scale(), 3) * 3;
    if (-exponent * 1 < bare.scale()) {
      exponent -= 3;
    }
    exponent = Math.clamp(exponent, -9, 18);
    String digits = bare.movePointLeft(exponent).toPlainString();
    if (exponent == 0) {
      return digits;
    }
    if (form == Form.DECIMAL_EXPONENT) {
      return digits + "e" + exponent;
    }
    for (Map.Entry<String, Integer> suffix : DECIMAL.entrySet()) {
      if (suffix.getValue() == exponent) {
        return digits + suffix.getKey();
      }
    }
    throw new IllegalStateException("no suffix for exponent " + exponent);
  }

  private static Quantity rounded(BigDecimal value, Form form) {
    BigDecimal kept = value.scale() > 9 ? value.setScale(9, RoundingMode.UP) : value;
    return new Quantity(kept, form);
  }

  private static boolean isWhole(BigDecimal number) {
    return number.stripTrailingZeros().scale() <= 0;
  }

  private static BigDecimal power1024(int power) {
    return new BigDecimal(BigInteger.ONE.shiftLeft(10 * power));
  }

  private static long saturate(BigInteger number) {
    return number.bitLength() > 63
        ? (number.signum() < 0 ? Long.MIN_VALUE : Long.MAX_VALUE)
        : number.longValue();
  }
}
