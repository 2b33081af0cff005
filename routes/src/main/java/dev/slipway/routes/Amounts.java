package dev.slipway.routes;

import java.time.Duration;
import java.util.Locale;
import java.util.regex.Pattern;

/// Numbers as annotations write them.
final class Amounts {
  private static final Pattern SIZE = Pattern.compile("(\\d+)\\s*([kmgKMG]?)i?[bB]?");
  private static final Pattern TIME = Pattern.compile("(\\d+(?:\\.\\d+)?)(ms|s|m|h)?");

  private Amounts() {}

  static long count(String text, long absent) {
    try {
      return text.isEmpty() ? absent : Long.parseLong(text.strip());
    } catch (NumberFormatException _) {
      return absent;
    }
  }

  /// `1m`, `10Mi`, `512k`: powers of 1024, as nginx counts.
  static long bytes(String text, long absent) {
    var found = SIZE.matcher(text.strip());
    if (!found.matches()) {
      return absent;
    }
    long factor =
        switch (found.group(2).toLowerCase(Locale.ROOT)) {
          case "k" -> 1L << 10;
          case "m" -> 1L << 20;
          case "g" -> 1L << 30;
          default -> 1;
        };
    return Long.parseLong(found.group(1)) * factor;
  }

  /// `60`, `60s`, `500ms`, `1m`; a bare number is seconds.
  static Duration time(String text, Duration absent) {
    var found = TIME.matcher(text.strip());
    if (!found.matches()) {
      return absent;
    }
    double value = Double.parseDouble(found.group(1));
    double millis =
        switch (found.group(2) == null ? "s" : found.group(2)) {
          case "ms" -> value;
          case "m" -> value * 60_000;
          case "h" -> value * 3_600_000;
          default -> value * 1000;
        };
    return Duration.ofMillis((long) millis);
  }

  /// `1h30m`, `500ms`: the Gateway API's durations (GEP-2257), which name a unit for each number.
  static Duration duration(String text) {
    var sum = Duration.ZERO;
    var parts = Pattern.compile("\\d+(?:h|ms|m|s)").matcher(text);
    while (parts.find()) {
      sum = sum.plus(time(parts.group(), Duration.ZERO));
    }
    return sum;
  }
}
