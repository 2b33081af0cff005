package dev.slipway.controllers.batch;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// Which runs of a CronJob are due. Pure.
///
/// Source: `pkg/controller/cronjob/utils.go`.
///
/// @param earliest nothing before it is looked at
/// @param latest the last run that is due; empty where none is
/// @param missed about how many there were, the latest among them
record CronRuns(Instant earliest, Optional<Instant> latest, long missed) {
  /// More than so many missed runs are worth a warning.
  static final int MANY = 100;

  /// What is between the moment a run is due and the look at it.
  private static final Duration DELTA = Duration.ofMillis(100);

  /// @param since the last run, or when the CronJob was made
  /// @param deadline how late a run may begin; empty for any time
  /// @throws IllegalArgumentException for a schedule that never comes
  static CronRuns of(
      CronSchedule schedule, Instant since, Optional<Duration> deadline, Instant now) {
    var earliest = deadline.map(now::minus).filter(each -> each.isAfter(since)).orElse(since);
    var first = schedule.next(earliest).orElseThrow(CronRuns::never);
    if (now.isBefore(first)) {
      return new CronRuns(earliest, Optional.empty(), 0);
    }
    var second = schedule.next(first).orElseThrow(CronRuns::never);
    if (now.isBefore(second)) {
      return new CronRuns(earliest, Optional.of(first), 1);
    }
    long between = Math.max(1, Duration.between(first, second).toSeconds());
    long missed = Duration.between(first, now).toSeconds() / between + 1;
    return new CronRuns(earliest, Optional.of(last(schedule, second, between, now)), missed);
  }

  private static IllegalArgumentException never() {
    return new IllegalArgumentException(
        "time difference between two schedules is less than 1 second");
  }

  /// The last that is not after now, looked for from shortly before, and from ever longer before.
  private static Instant last(CronSchedule schedule, Instant second, long between, Instant now) {
    for (long back = 2 * between; ; back *= 2) {
      var from = now.minusSeconds(back);
      var found = from.isAfter(second) ? schedule.next(from) : Optional.of(second);
      if (found.isPresent() && !found.get().isAfter(now)) {
        return follow(schedule, found.get(), now);
      }
    }
  }

  private static Instant follow(CronSchedule schedule, Instant from, Instant now) {
    var last = from;
    for (var next = schedule.next(last); next.isPresent(); next = schedule.next(last)) {
      if (next.get().isAfter(now)) {
        break;
      }
      last = next.get();
    }
    return last;
  }

  /// How long until there is something to do.
  static Duration untilNext(CronSchedule schedule, Instant since, Instant now) {
    var base = since;
    try {
      var runs = of(schedule, since, Optional.empty(), now);
      base = runs.latest().orElse(runs.earliest());
    } catch (IllegalArgumentException _) {
      base = now;
    }
    return schedule
        .next(base)
        .map(next -> Duration.between(now, next).plus(DELTA))
        .orElse(Duration.ofDays(1));
  }
}
