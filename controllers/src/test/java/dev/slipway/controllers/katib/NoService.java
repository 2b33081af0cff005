package dev.slipway.controllers.katib;

import dev.slipway.tuning.StoppingRule;
import dev.slipway.tuning.Suggestions;
import java.util.List;
import java.util.Optional;

/// Nobody answers.
final class NoService implements SuggestionService {
  @Override
  public Optional<String> problem(Question question) {
    throw new SuggestionException(question.endpoint() + " does not answer");
  }

  @Override
  public Suggestions suggest(Question question, int count, int total) {
    throw new SuggestionException(question.endpoint() + " does not answer");
  }

  @Override
  public Optional<String> stoppingProblem(Question question) {
    throw new SuggestionException(question.endpoint() + " does not answer");
  }

  @Override
  public List<StoppingRule> rules(Question question) {
    throw new SuggestionException(question.endpoint() + " does not answer");
  }
}
