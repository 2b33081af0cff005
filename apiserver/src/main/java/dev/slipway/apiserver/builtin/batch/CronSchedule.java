package dev.slipway.apiserver.builtin.batch;

import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// The grammar of a cron schedule: five fields, or a word such as `@daily`.
///
/// Source: `github.com/robfig/cron/v3`, `ParseStandard`; its words are kept.
final class CronSchedule {
  private static final List<String> WORDS =
      List.of("@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly");
  private static final Map<String, Integer> MONTHS =
      Map.ofEntries(
          Map.entry("jan", 1),
          Map.entry("feb", 2),
          Map.entry("mar", 3),
          Map.entry("apr", 4),
          Map.entry("may", 5),
          Map.entry("jun", 6),
          Map.entry("jul", 7),
          Map.entry("aug", 8),
          Map.entry("sep", 9),
          Map.entry("oct", 10),
          Map.entry("nov", 11),
          Map.entry("dec", 12));
  private static final Map<String, Integer> DAYS =
      Map.of("sun", 0, "mon", 1, "tue", 2, "wed", 3, "thu", 4, "fri", 5, "sat", 6);

  private record Bounds(int least, int most, Map<String, Integer> names) {}

  private static final List<Bounds> FIELDS =
      List.of(
          new Bounds(0, 59, Map.of()),
          new Bounds(0, 23, Map.of()),
          new Bounds(1, 31, Map.of()),
          new Bounds(1, 12, MONTHS),
          new Bounds(0, 6, DAYS));

  private CronSchedule() {}

  /// What is wrong with a schedule; empty where nothing is.
  static Optional<String> wrong(String schedule) {
    if (schedule.isEmpty()) {
      return Optional.of("empty spec string");
    }
    String rest = schedule;
    if (schedule.startsWith("TZ=") || schedule.startsWith("CRON_TZ=")) {
      int space = schedule.indexOf(' ');
      String zone =
          schedule.substring(schedule.indexOf('=') + 1, Math.max(space, schedule.indexOf('=') + 1));
      if (space < 0 || !isZone(zone)) {
        return Optional.of("provided bad location " + zone + ": unknown time zone " + zone);
      }
      rest = schedule.substring(space).strip();
    }
    return rest.startsWith("@") ? word(rest) : fields(rest);
  }

  /// Whether a name stands for a time zone; `Local` does not.
  static boolean isZone(String name) {
    try {
      return !name.isEmpty()
          && !name.equalsIgnoreCase("Local")
          && (ZoneId.getAvailableZoneIds().contains(name) || name.equals("UTC"))
          && ZoneId.of(name) != null;
    } catch (DateTimeException _) {
      return false;
    }
  }

  private static Optional<String> word(String text) {
    if (WORDS.contains(text)) {
      return Optional.empty();
    }
    if (text.startsWith("@every ")) {
      String duration = text.substring("@every ".length());
      return duration.matches("([0-9]+(\\.[0-9]*)?(ns|us|µs|ms|s|m|h))+")
          ? Optional.empty()
          : Optional.of(
              "failed to parse duration " + text + ": time: invalid duration \"" + duration + "\"");
    }
    return Optional.of("unrecognized descriptor: " + text);
  }

  private static Optional<String> fields(String text) {
    String[] fields = text.strip().split("\\s+", -1);
    if (fields.length != FIELDS.size()) {
      return Optional.of(
          "expected exactly 5 fields, found "
              + fields.length
              + ": ["
              + String.join(" ", fields)
              + "]");
    }
    for (int i = 0; i < fields.length; i++) {
      for (String range : fields[i].split(",", -1)) {
        Optional<String> wrong = range(range, FIELDS.get(i));
        if (wrong.isPresent()) {
          return wrong;
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<String> range(String text, Bounds bounds) {
    String[] stepped = text.split("/", -1);
    if (stepped.length > 2) {
      return Optional.of("too many slashes: " + text);
    }
    String[] ends = stepped[0].split("-", -1);
    if (ends.length > 2) {
      return Optional.of("too many hyphens: " + text);
    }
    int start = bounds.least;
    int end = bounds.most;
    boolean any = stepped[0].equals("*") || stepped[0].equals("?");
    if (!any) {
      Optional<Integer> first = number(ends[0], bounds);
      Optional<Integer> last = number(ends[ends.length - 1], bounds);
      if (first.isEmpty() || last.isEmpty()) {
        String bad = first.isEmpty() ? ends[0] : ends[ends.length - 1];
        return Optional.of(
            "failed to parse int from "
                + bad
                + ": strconv.Atoi: parsing \""
                + bad
                + "\": invalid syntax");
      }
      start = first.get();
      end = ends.length == 2 || stepped.length == 1 ? last.get() : bounds.most;
    }
    return limits(text, start, end, stepped, bounds);
  }

  private static Optional<String> limits(
      String text, int start, int end, String[] stepped, Bounds bounds) {
    if (start < bounds.least) {
      return Optional.of(
          "beginning of range (" + start + ") below minimum (" + bounds.least + "): " + text);
    }
    if (end > bounds.most) {
      return Optional.of("end of range (" + end + ") above maximum (" + bounds.most + "): " + text);
    }
    if (start > end) {
      return Optional.of(
          "beginning of range (" + start + ") beyond end of range (" + end + "): " + text);
    }
    if (stepped.length == 2) {
      String step = stepped[1];
      if (!step.matches("[0-9]{1,9}")) {
        return Optional.of(
            "failed to parse int from "
                + step
                + ": strconv.Atoi: parsing \""
                + step
                + "\": invalid syntax");
      }
      if (Integer.parseInt(step) == 0) {
        return Optional.of("step of range should be a positive number: " + text);
      }
    }
    return Optional.empty();
  }

  private static Optional<Integer> number(String text, Bounds bounds) {
    Integer named = bounds.names.get(text.toLowerCase(Locale.ROOT));
    if (named != null) {
      return Optional.of(named);
    }
    return text.matches("[0-9]{1,9}") ? Optional.of(Integer.parseInt(text)) : Optional.empty();
  }
}
