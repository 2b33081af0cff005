package dev.slipway.autoscaling.knative;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Durations as Go writes them: `1m30s`, `-42s`, `1.5h`, `0`. See Go's `time.ParseDuration`.
public final class GoDuration {
  private static final Pattern PART =
      Pattern.compile("([0-9]+\\.?[0-9]*|\\.[0-9]+)(ns|us|µs|μs|ms|s|m|h)");
  private static final int LONGEST_TEXT = 64;
  private static final Map<String, Long> NANOS =
      Map.of(
          "ns", 1L,
          "us", 1_000L,
          "µs", 1_000L,
          "μs", 1_000L,
          "ms", 1_000_000L,
          "s", 1_000_000_000L,
          "m", 60_000_000_000L,
          "h", 3_600_000_000_000L);

  private GoDuration() {}

  /// The duration, or empty if the text is none or does not fit 64 bits of nanoseconds.
  public static Optional<Duration> parse(String text) {
    boolean signed = text.startsWith("-") || text.startsWith("+");
    String unsigned = signed ? text.substring(1) : text;
    if (unsigned.equals("0")) {
      return Optional.of(Duration.ZERO);
    }
    if (unsigned.isEmpty() || unsigned.length() > LONGEST_TEXT) {
      return Optional.empty();
    }
    return nanos(unsigned).map(Duration::ofNanos).map(d -> text.startsWith("-") ? d.negated() : d);
  }

  private static Optional<Long> nanos(String text) {
    Matcher part = PART.matcher(text);
    BigDecimal sum = BigDecimal.ZERO;
    int end = 0;
    while (part.lookingAt()) {
      BigDecimal amount = new BigDecimal(part.group(1));
      sum = sum.add(amount.multiply(BigDecimal.valueOf(NANOS.getOrDefault(part.group(2), 0L))));
      end = part.end();
      part.region(end, text.length());
    }
    if (end < text.length() || sum.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
      return Optional.empty();
    }
    return Optional.of(sum.longValue());
  }

  /// As Go prints it: `1h0m0s`, `6s`, `1.5s`, `20ms`, `0s`.
  public static String text(Duration duration) {
    if (duration.isZero()) {
      return "0s";
    }
    if (duration.isNegative()) {
      return "-" + text(duration.negated());
    }
    long nanos = duration.toNanos();
    if (nanos < 1_000) {
      return nanos + "ns";
    }
    if (nanos < 1_000_000) {
      return plain(nanos, 3) + "µs";
    }
    if (nanos < 1_000_000_000) {
      return plain(nanos, 6) + "ms";
    }
    String seconds = plain(nanos % 60_000_000_000L, 9) + "s";
    long hours = duration.toHours();
    if (hours > 0) {
      return hours + "h" + duration.toMinutesPart() + "m" + seconds;
    }
    return duration.toMinutes() > 0 ? duration.toMinutes() + "m" + seconds : seconds;
  }

  private static String plain(long value, int scale) {
    var number = BigDecimal.valueOf(value, scale);
    return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
  }
}
