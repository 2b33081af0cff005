package dev.slipway.controllers.batch;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Minute, hour, day of month, month and day of week, each as the set of its values.
///
/// Implementation note: fields are tried from the largest to the smallest; one that does not match
/// is
/// counted up, with all smaller ones at their start, and where that carries into a larger one all
/// begin again. Local times are turned into moments as Go's `time.Date` does, which decides what
/// happens where clocks change.
///
/// @param days day of month
/// @param anyDay whether one of the two fields of days was `*`: then both must match, else one
record CronFields(
    long minutes, long hours, long days, long months, long weekdays, boolean anyDay, ZoneId zone)
    implements CronSchedule {
  private static final int YEARS = 5;
  private static final List<String> MONTHS =
      List.of(
          "", "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec");
  private static final List<String> WEEKDAYS =
      List.of("sun", "mon", "tue", "wed", "thu", "fri", "sat");

  static CronFields parse(String text, ZoneId zone) {
    var fields = text.split("\\s+", -1);
    if (fields.length != 5) {
      throw new IllegalArgumentException(
          "expected exactly 5 fields, found " + fields.length + ": " + text);
    }
    return new CronFields(
        set(fields[0], 0, 59, List.of()),
        set(fields[1], 0, 23, List.of()),
        set(fields[2], 1, 31, List.of()),
        set(fields[3], 1, 12, MONTHS),
        set(fields[4], 0, 6, WEEKDAYS),
        isAny(fields[2]) || isAny(fields[4]),
        zone);
  }

  private static boolean isAny(String field) {
    for (var part : field.split(",", -1)) {
      if (part.equals("*") || part.equals("?") || part.equals("*/1") || part.equals("?/1")) {
        return true;
      }
    }
    return false;
  }

  private static long set(String field, int least, int most, List<String> names) {
    long set = 0;
    for (var part : field.split(",", -1)) {
      int slash = part.indexOf('/');
      var range = slash < 0 ? part : part.substring(0, slash);
      int step = slash < 0 ? 1 : number(part.substring(slash + 1), List.of());
      int first = least;
      int last = most;
      if (!range.equals("*") && !range.equals("?")) {
        int dash = range.indexOf('-');
        first = number(dash < 0 ? range : range.substring(0, dash), names);
        last = dash >= 0 ? number(range.substring(dash + 1), names) : slash < 0 ? first : most;
      }
      if (first < least || last > most || first > last || step < 1) {
        throw new IllegalArgumentException(
            part + " is not within " + least + " to " + most + " in " + field);
      }
      for (int i = first; i <= last; i += step) {
        set |= 1L << i;
      }
    }
    return set;
  }

  private static int number(String text, List<String> names) {
    int named = text.isEmpty() ? -1 : names.indexOf(text.toLowerCase(Locale.ROOT));
    if (named >= 0) {
      return named;
    }
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException _) {
      throw new IllegalArgumentException("failed to parse int from " + text);
    }
  }

  @Override
  public Optional<Instant> next(Instant after) {
    var start = Instant.ofEpochSecond(after.getEpochSecond() + 1);
    return new Search(local(start).getYear() + YEARS, start).run();
  }

  private LocalDateTime local(Instant time) {
    return LocalDateTime.ofInstant(time, zone);
  }

  /// Go's `time.Date`: the moment of a local time; of one that is skipped, one beside the gap.
  private Instant moment(LocalDateTime local) {
    long unix = local.toEpochSecond(ZoneOffset.UTC);
    long guess = unix - offset(unix);
    return Instant.ofEpochSecond(unix - offset(guess));
  }

  private long offset(long unix) {
    return zone.getRules().getOffset(Instant.ofEpochSecond(unix)).getTotalSeconds();
  }

  private static boolean has(long set, int value) {
    return (set & (1L << value)) != 0;
  }

  private boolean dayMatches(LocalDateTime day) {
    boolean ofMonth = has(days, day.getDayOfMonth());
    boolean ofWeek = has(weekdays, day.getDayOfWeek().getValue() % 7);
    return anyDay ? ofMonth && ofWeek : ofMonth || ofWeek;
  }

  /// One search; its fields move forward.
  private final class Search {
    private final int lastYear;
    private Instant time;
    private boolean moved;

    Search(int lastYear, Instant start) {
      this.lastYear = lastYear;
      this.time = start;
    }

    Optional<Instant> run() {
      while (local(time).getYear() <= lastYear) {
        if (month() && day() && hour() && minute() && second()) {
          return Optional.of(time);
        }
      }
      return Optional.empty();
    }

    /// @return false where it carried over
    private boolean month() {
      while (!has(months, local(time).getMonthValue())) {
        if (!moved) {
          moved = true;
          time = moment(local(time).toLocalDate().withDayOfMonth(1).atStartOfDay());
        }
        time = moment(local(time).plusMonths(1));
        if (local(time).getMonthValue() == 1) {
          return false;
        }
      }
      return true;
    }

    private boolean day() {
      while (!dayMatches(local(time))) {
        if (!moved) {
          moved = true;
          time = moment(local(time).toLocalDate().atStartOfDay());
        }
        time = moment(local(time).plusDays(1));
        int hour = local(time).getHour();
        if (hour != 0) { // midnight is skipped there
          time = time.plusSeconds(3600L * (hour > 12 ? 24 - hour : -hour));
        }
        if (local(time).getDayOfMonth() == 1) {
          return false;
        }
      }
      return true;
    }

    private boolean hour() {
      while (!has(hours, local(time).getHour())) {
        if (!moved) {
          moved = true;
          time = moment(local(time).withMinute(0).withSecond(0));
        }
        time = time.plusSeconds(3600);
        if (local(time).getHour() == 0) {
          return false;
        }
      }
      return true;
    }

    private boolean minute() {
      while (!has(minutes, local(time).getMinute())) {
        toWholeMinute();
        time = time.plusSeconds(60);
        if (local(time).getMinute() == 0) {
          return false;
        }
      }
      return true;
    }

    private boolean second() {
      while (local(time).getSecond() != 0) {
        moved = true;
        time = time.plusSeconds(1);
        if (local(time).getSecond() == 0) {
          return false;
        }
      }
      return true;
    }

    private void toWholeMinute() {
      if (!moved) {
        moved = true;
        time = Instant.ofEpochSecond(Math.floorDiv(time.getEpochSecond(), 60L) * 60);
      }
    }
  }
}
