package dev.slipway.controllers.katib;

import dev.slipway.control.Resource;
import dev.slipway.tuning.StoppingRule;
import dev.slipway.tuning.Suggestions;
import java.util.List;
import java.util.Optional;

/// An algorithm that runs elsewhere and is asked over Katib's suggestion protocol
/// (`api.v1.beta1.Suggestion`, `api.v1.beta1.EarlyStopping`). Calls block until answered.
public interface SuggestionService {

  /// A question: the experiment, its settings completed by those an earlier answer gave back.
  ///
  /// @param endpoint `HOST:PORT`
  /// @param trials all trials of the experiment, those without metrics left out
  record Question(String endpoint, Resource experiment, List<Resource> trials) {
    public Question {
      trials = List.copyOf(trials);
    }
  }

  /// What is wrong with the settings of the algorithm; empty where nothing is, or where the service
  /// does not judge settings.
  ///
  /// @throws SuggestionException where the service cannot be reached
  Optional<String> problem(Question question);

  /// The next trials.
  ///
  /// @param count how many are wanted now
  /// @param total how many were wanted since the beginning, these among them
  /// @throws SuggestionException where there is no answer
  Suggestions suggest(Question question, int count, int total);

  /// What is wrong with the settings of early stopping.
  ///
  /// @throws SuggestionException where the service cannot be reached
  Optional<String> stoppingProblem(Question question);

  /// Rules for the trials that are made next.
  ///
  /// @throws SuggestionException where there is no answer
  List<StoppingRule> rules(Question question);

  /// A service that did not answer, or answered with an error; asked again later.
  final class SuggestionException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public SuggestionException(String message) {
      super(message);
    }
  }
}
