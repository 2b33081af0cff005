package dev.slipway.controllers.katib;

import java.time.Instant;
import java.util.List;

/// What trials reported of themselves: named values over time, kept as long as the Trial is.
/// Thread-safe; all calls may block.
public interface Observations {
  /// The value of an objective that a job ended without ever reporting.
  String UNAVAILABLE = "unavailable";

  /// One reported value.
  ///
  /// @param time `0001-01-01T00:00:00Z` where the report named none
  /// @param value as reported; a number, or [#UNAVAILABLE]
  record MetricLog(Instant time, String name, String value) {}

  /// All that is known of a trial.
  ///
  /// @param logs by time, those of one time as they came
  /// @param complete whether nothing more will come: a collector has read all there is, or the
  /// trial has none that anyone could wait for
  /// @param stoppedEarly whether its stopping rules held, and its process was ended for it
  record Report(List<MetricLog> logs, boolean complete, boolean stoppedEarly) {
    public Report {
      logs = List.copyOf(logs);
    }

    /// The reports of one metric, in order.
    public List<MetricLog> of(String metric) {
      return logs.stream().filter(each -> each.name().equals(metric)).toList();
    }
  }

  /// Adds reports; they are durable when this returns, and whoever follows is told.
  void report(String namespace, String trial, List<MetricLog> logs);

  /// What is known of a trial; without reports where there are none.
  Report of(String namespace, String trial);

  /// Notes that a metric was never reported; nothing happens where it was.
  void unavailable(String namespace, String trial, String metric);

  /// Forgets a trial; nothing happens where nothing is known of it.
  void delete(String namespace, String trial);

  /// Tells of each trial of which more is known than before, once it can be read. The listener must
  /// not block.
  void follow(Listener listener);

  /// Follows reports.
  @FunctionalInterface
  interface Listener {
    void reported(String namespace, String trial);
  }
}
