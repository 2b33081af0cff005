package dev.slipway.katib.parse;

import dev.slipway.controllers.katib.Observations.MetricLog;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;

/// Finds metrics in one line of what a trial writes. Stateless.
public sealed interface LineParser permits TextLines, JsonLines {
  /// The time of a report that names none: Go's zero time, as Katib stores it.
  Instant NO_TIME = Instant.parse("0001-01-01T00:00:00Z");

  /// The metrics of a line, in their order; none where it holds none.
  ///
  /// @param line without its end
  List<MetricLog> parse(String line);

  /// @param text RFC 3339, with or without a fraction
  static Optional<Instant> time(String text) {
    try {
      return Optional.of(OffsetDateTime.parse(text).toInstant());
    } catch (DateTimeParseException _) {
      return Optional.empty();
    }
  }
}
