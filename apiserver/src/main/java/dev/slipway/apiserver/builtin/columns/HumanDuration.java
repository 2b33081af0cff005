package dev.slipway.apiserver.builtin.columns;

import dev.slipway.apiserver.builtin.Field;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;

/// A duration in two or three significant figures: `45s`, `3m10s`, `5h2m`, `12d`.
///
/// Table: `k8s.io/apimachinery/pkg/util/duration/duration.go`.
public final class HumanDuration {
  private static final long HOURS_OF_A_YEAR = 24 * 365;

  private HumanDuration() {}

  /// A future of up to two seconds counts as now, because clocks disagree.
  public static String of(Duration duration) {
    long seconds =
        duration.getSeconds() + (duration.isNegative() && duration.getNano() > 0 ? 1 : 0);
    if (seconds < -1) {
      return "<invalid>";
    }
    if (seconds < 120) {
      return Math.max(0, seconds) + "s";
    }
    long minutes = seconds / 60;
    if (minutes < 10) {
      return two(minutes, "m", seconds % 60, "s");
    }
    return minutes < 180 ? minutes + "m" : ofHours(seconds / 3600, minutes % 60);
  }

  private static String ofHours(long hours, long minutes) {
    if (hours < 8) {
      return two(hours, "h", minutes, "m");
    }
    if (hours < 48) {
      return hours + "h";
    }
    if (hours < 24 * 8) {
      return two(hours / 24, "d", hours % 24, "h");
    }
    if (hours < HOURS_OF_A_YEAR * 2) {
      return hours / 24 + "d";
    }
    long years = hours / HOURS_OF_A_YEAR;
    return years < 8 ? two(years, "y", hours / 24 % 365, "d") : years + "y";
  }

  /// The time since a timestamp; `<unknown>` where there is none.
  static String since(Field timestamp, Instant now) {
    return instant(timestamp).map(then -> of(Duration.between(then, now))).orElse("<unknown>");
  }

  /// The moment a field names, if it names one.
  static Optional<Instant> instant(Field timestamp) {
    try {
      return timestamp.filled()
          ? Optional.of(OffsetDateTime.parse(timestamp.text()).toInstant())
          : Optional.empty();
    } catch (DateTimeException _) {
      return Optional.empty();
    }
  }

  private static String two(long large, String largeUnit, long small, String smallUnit) {
    return large + largeUnit + (small == 0 ? "" : small + smallUnit);
  }
}
