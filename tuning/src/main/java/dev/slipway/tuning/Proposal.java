package dev.slipway.tuning;

import java.util.Map;
import java.util.Optional;

/// A trial to run next.
///
/// @param values by parameter, as texts; whole numbers without a fraction
/// @param name where the algorithm chooses it itself
/// @param labels to come back with the trial ({@link Trial#labels})
public record Proposal(
    Map<String, String> values, Optional<String> name, Map<String, String> labels) {

  public Proposal {
    values = Map.copyOf(values);
    labels = Map.copyOf(labels);
  }

  /// A trial whose name does not matter.
  public static Proposal of(Map<String, String> values) {
    return new Proposal(values, Optional.empty(), Map.of());
  }
}
