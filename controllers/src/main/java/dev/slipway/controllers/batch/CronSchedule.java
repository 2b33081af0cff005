package dev.slipway.controllers.batch;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/// When a CronJob runs: five fields, a word such as `@daily`, or `@every 90s`.
///
/// Source: `github.com/robfig/cron/v3`, `parser.go`, `spec.go`; where clocks change it does what
/// that does: what falls into a skipped hour does not run that day, what falls into a repeated hour
/// runs twice.
sealed interface CronSchedule permits CronFields, CronSchedule.Every {
  /// The first moment after this one; empty where none comes within five years.
  Optional<Instant> next(Instant after);

  /// At equal distances, counted from the moment before.
  record Every(Duration distance) implements CronSchedule {
    @Override
    public Optional<Instant> next(Instant after) {
      return Optional.of(after.truncatedTo(ChronoUnit.SECONDS).plus(distance));
    }
  }

  /// @param zone where the fields are read, unless the text begins with `TZ=` or `CRON_TZ=`
  /// @throws IllegalArgumentException naming what cannot be read
  static CronSchedule parse(String text, ZoneId zone) {
    var rest = text.strip();
    if (rest.startsWith("TZ=") || rest.startsWith("CRON_TZ=")) {
      int space = rest.indexOf(' ');
      var name = rest.substring(rest.indexOf('=') + 1, space < 0 ? rest.length() : space);
      return parse(space < 0 ? "" : rest.substring(space), zone(name));
    }
    if (rest.startsWith("@every ")) {
      return new Every(duration(rest.substring("@every ".length())));
    }
    return CronFields.parse(
        switch (rest) {
          case "@yearly", "@annually" -> "0 0 1 1 *";
          case "@monthly" -> "0 0 1 * *";
          case "@weekly" -> "0 0 * * 0";
          case "@daily", "@midnight" -> "0 0 * * *";
          case "@hourly" -> "0 * * * *";
          default -> rest;
        },
        zone);
  }

  /// @throws IllegalArgumentException for a name that is none
  static ZoneId zone(String name) {
    try {
      return ZoneId.of(name);
    } catch (DateTimeException _) {
      throw new IllegalArgumentException("unknown time zone " + name);
    }
  }

  /// Go's form of a duration: `1h30m`, `90s`, `1.5h`; whole seconds, at least one.
  private static Duration duration(String text) {
    double seconds = 0;
    int at = 0;
    while (at < text.length()) {
      int end = at;
      while (end < text.length()
          && (Character.isDigit(text.charAt(end)) || text.charAt(end) == '.')) {
        end++;
      }
      int unit = end;
      while (unit < text.length() && Character.isLetter(text.charAt(unit))) {
        unit++;
      }
      if (end == at || unit == end) {
        throw new IllegalArgumentException("failed to parse duration @every " + text);
      }
      seconds +=
          Double.parseDouble(text.substring(at, end)) * unitSeconds(text.substring(end, unit));
      at = unit;
    }
    return Duration.ofSeconds(Math.max(1, (long) seconds));
  }

  private static double unitSeconds(String unit) {
    return switch (unit) {
      case "h" -> 3600;
      case "m" -> 60;
      case "s" -> 1;
      case "ms" -> 1e-3;
      case "us", "µs" -> 1e-6;
      case "ns" -> 1e-9;
      default -> throw new IllegalArgumentException("unknown unit " + unit + " in a duration");
    };
  }
}
