package dev.slipway.tuning;

import java.util.List;
import java.util.Map;

/// An algorithm's answer.
///
/// @param proposals as many as asked for, or fewer where the space is exhausted
/// @param settings to be kept and given back with the next question, over the study's own
public record Suggestions(List<Proposal> proposals, Map<String, String> settings) {

  public Suggestions {
    proposals = List.copyOf(proposals);
    settings = Map.copyOf(settings);
  }

  /// Proposals of an algorithm that keeps nothing.
  public static Suggestions of(List<Proposal> proposals) {
    return new Suggestions(proposals, Map.of());
  }
}
