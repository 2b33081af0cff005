package dev.slipway.tuning.plain;

import dev.slipway.base.Problem;
import dev.slipway.tuning.Algorithm;
import dev.slipway.tuning.Proposal;
import dev.slipway.tuning.Study;
import dev.slipway.tuning.Suggestions;
import dev.slipway.tuning.Trial;
import dev.slipway.tuning.space.Past;
import dev.slipway.tuning.space.Seeds;
import dev.slipway.tuning.space.SettingRules;
import dev.slipway.tuning.space.Space;
import dev.slipway.tuning.space.SpaceRules;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;

/// `random`: values drawn by their distributions. What was tried already is drawn again only where
/// little else is left.
public final class RandomSearch implements Algorithm {
  private static final int MOST_DRAWS = 100;
  private static final SettingRules RULES = SettingRules.search().randomState();

  @Override
  public List<Problem> problems(Study study) {
    List<Problem> problems = new ArrayList<>(RULES.judge(study.settings()));
    problems.addAll(SpaceRules.judge(study.parameters()));
    return problems;
  }

  @Override
  public Suggestions suggest(Study study, List<Trial> trials, int count) {
    Space space = Space.of(study.parameters());
    RandomGenerator random = Seeds.random(study, trials.size());
    Set<Map<String, String>> tried = Past.tried(trials);
    List<Proposal> proposals = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      proposals.add(Proposal.of(fresh(space, random, tried)));
    }
    return Suggestions.of(proposals);
  }

  /// Values that were not tried yet, as far as a bounded number of draws finds some.
  ///
  /// @param tried learns of the answer
  public static Map<String, String> fresh(
      Space space, RandomGenerator random, Set<Map<String, String>> tried) {
    Map<String, String> values = space.values(space.draw(random));
    for (int i = 1; i < MOST_DRAWS && tried.contains(values); i++) {
      values = space.values(space.draw(random));
    }
    tried.add(values);
    return values;
  }
}
