package dev.slipway.tuning;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/// One evaluation of a set of values, finished or not.
///
/// @param values by parameter, as texts
/// @param labels what the algorithm gave the trial ({@link Proposal#labels})
/// @param objective the value of the objective metric by its strategy; empty while unknown
/// @param reports values of the objective metric in the order they were reported; may be empty
/// although there is an objective
/// @param started orders trials; trials that were never started have {@link Instant#MAX}
/// @param finished for acquisitions that weigh time (`EIps`, `PIps`); empty where unknown
public record Trial(
    String name,
    Map<String, String> values,
    Map<String, String> labels,
    State state,
    OptionalDouble objective,
    List<Double> reports,
    Instant started,
    Optional<Instant> finished) {

  public Trial {
    values = Map.copyOf(values);
    labels = Map.copyOf(labels);
    reports = List.copyOf(reports);
  }

  /// A trial whose end is not known.
  public Trial(
      String name,
      Map<String, String> values,
      Map<String, String> labels,
      State state,
      OptionalDouble objective,
      List<Double> reports,
      Instant started) {
    this(name, values, labels, state, objective, reports, started, Optional.empty());
  }

  /// Katib's conditions of a trial.
  public enum State {
    CREATED,
    RUNNING,
    SUCCEEDED,
    KILLED,
    FAILED,
    METRICS_UNAVAILABLE,
    EARLY_STOPPED
  }
}
