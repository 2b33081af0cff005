package dev.slipway.node;

import java.time.Duration;
import java.time.Instant;

/// How long a container that ended waits for its next start: not at all the first time, then ten
/// seconds, doubling up to five minutes; all is forgotten after ten minutes of running.
///
/// Source: Kubernetes documentation, "Pod Lifecycle", container restarts.
///
/// @param last the wait before the latest start; zero where there was none
record CrashBackoff(Duration last, boolean ended) {
  static final CrashBackoff NONE = new CrashBackoff(Duration.ZERO, false);
  private static final Duration FIRST = Duration.ofSeconds(10);
  private static final Duration LONGEST = Duration.ofMinutes(5);
  private static final Duration FORGOTTEN = Duration.ofMinutes(10);

  /// The wait as Go writes it: `40s`, `2m40s`.
  String words() {
    long minutes = last.toMinutes();
    return (minutes > 0 ? minutes + "m" : "") + last.toSecondsPart() + "s";
  }

  /// After another end.
  CrashBackoff next(Instant started, Instant finished) {
    if (!ended || Duration.between(started, finished).compareTo(FORGOTTEN) >= 0) {
      return new CrashBackoff(Duration.ZERO, true);
    }
    if (last.isZero()) {
      return new CrashBackoff(FIRST, true);
    }
    var doubled = last.multipliedBy(2);
    return new CrashBackoff(doubled.compareTo(LONGEST) < 0 ? doubled : LONGEST, true);
  }
}
