package dev.slipway.controllers.tracking;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/// An experiment tracker, as far as jobs need one. Thread-safe; calls block, and throw where it
/// cannot be asked.
public interface RunLedger {
  /// The id of an experiment, which is made where there is none of that name.
  String experiment(String name);

  /// The run that bears a tag with this value.
  Optional<String> find(String experimentId, String tag, String value);

  /// Begins a run.
  ///
  /// @return its id
  String begin(String experimentId, String name, Map<String, String> tags);

  /// Parameters of a run; the same again changes nothing.
  void parameters(String run, Map<String, String> values);

  /// Values measured at one moment; the same again changes nothing.
  void metrics(String run, Map<String, Double> values, Instant when);

  /// Ends a run.
  ///
  /// @param status `FINISHED`, `FAILED` or `KILLED`
  void end(String run, String status, Instant when);
}
