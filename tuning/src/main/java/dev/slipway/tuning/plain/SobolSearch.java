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

/// `sobol`: scrambled Sobol points over all parameters, choices included.
public final class SobolSearch implements Algorithm {
  private static final int MOST_REPEATS = 200;
  private static final SettingRules RULES = SettingRules.search().randomState().allowingOthers();

  @Override
  public List<Problem> problems(Study study) {
    List<Problem> problems = new ArrayList<>(RULES.judge(study.settings()));
    problems.addAll(SpaceRules.judge(study.parameters()));
    return problems;
  }

  @Override
  public Suggestions suggest(Study study, List<Trial> trials, int count) {
    Space space = Space.of(study.parameters());
    SobolPoints points = new SobolPoints(space.size(), Seeds.of(study)).from(trials.size());
    Set<Map<String, String>> tried = Past.tried(trials);
    List<Proposal> proposals = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      Map<String, String> values = space.values(points.next());
      for (int j = 0; j < MOST_REPEATS && tried.contains(values); j++) {
        values = space.values(points.next());
      }
      tried.add(values);
      proposals.add(Proposal.of(values));
    }
    return Suggestions.of(proposals);
  }
}
