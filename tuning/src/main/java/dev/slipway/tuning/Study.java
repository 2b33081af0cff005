package dev.slipway.tuning;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import tools.jackson.databind.JsonNode;

/// What is searched and how: an experiment as algorithms see it.
///
/// @param name the experiment's name; new trials may be named after it
/// @param settings of the algorithm, by name; those an earlier answer gave back are among them
/// @param seed where the settings name none (`random_state`)
/// @param parallel trials that run at once, at least 1
/// @param maxTrials empty where unbounded
/// @param architecture Katib's `nasConfig`, for the algorithms that search network architectures
public record Study(
    String name,
    List<Parameter> parameters,
    Goal goal,
    Map<String, String> settings,
    long seed,
    int parallel,
    OptionalInt maxTrials,
    Optional<JsonNode> architecture) {

  public Study {
    parameters = List.copyOf(parameters);
    settings = Map.copyOf(settings);
  }

  /// What is better, and when it is good enough.
  public record Goal(boolean maximize, OptionalDouble target) {}
}
