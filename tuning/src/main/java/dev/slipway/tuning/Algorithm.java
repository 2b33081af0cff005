package dev.slipway.tuning;

import dev.slipway.base.Problem;
import java.util.List;

/// Chooses which trials to run next. Pure: the same study, trials and count give the same answer,
/// whatever was asked before.
///
/// The source of the protocol is Katib's `Suggestion` service (`api.v1.beta1`).
public interface Algorithm {

  /// What is wrong with the study for this algorithm: settings, parameters, counts; empty where
  /// it can be searched. Field paths are those of Katib's Experiment
  /// (`spec.algorithm.algorithmSettings[name]`).
  List<Problem> problems(Study study);

  /// The next trials.
  ///
  /// @param trials all trials of the study so far, those that run or failed included
  /// @param count how many are wanted, at least 1
  Suggestions suggest(Study study, List<Trial> trials, int count);
}
