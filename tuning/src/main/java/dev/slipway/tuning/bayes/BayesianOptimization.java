package dev.slipway.tuning.bayes;

import dev.slipway.base.Problem;
import dev.slipway.tuning.Algorithm;
import dev.slipway.tuning.Proposal;
import dev.slipway.tuning.Study;
import dev.slipway.tuning.Suggestions;
import dev.slipway.tuning.Trial;
import dev.slipway.tuning.plain.SobolPoints;
import dev.slipway.tuning.space.Past;
import dev.slipway.tuning.space.Seeds;
import dev.slipway.tuning.space.SettingRules;
import dev.slipway.tuning.space.Settings;
import dev.slipway.tuning.space.Space;
import dev.slipway.tuning.space.SpaceRules;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/// `bayesianoptimization`: begins with evenly spread points, then tries where a model of the losses
/// promises most. Trials that run, and those just proposed, count as if they gave what the model
/// expects; trials that failed, as if they gave the worst loss known.
///
/// The settings are scikit-optimize's. Left out, `acq_func` is `EI` (its `gp_hedge` is there when
/// asked for).
public final class BayesianOptimization implements Algorithm {
  private static final int INITIAL_POINTS = 10;
  private static final int MOST_REPEATS = 200;
  private static final SettingRules RULES =
      SettingRules.search()
          .oneOf("base_estimator", "GP", "RF", "ET", "GBRT")
          .whole("n_initial_points", 0)
          .oneOf("acq_func", "gp_hedge", "LCB", "EI", "PI", "EIps", "PIps")
          .oneOf("acq_optimizer", "auto", "sampling", "lbfgs")
          .randomState();

  @Override
  public List<Problem> problems(Study study) {
    List<Problem> problems = new ArrayList<>(RULES.judge(study.settings()));
    problems.addAll(SpaceRules.judge(study.parameters()));
    Settings settings = Settings.of(study);
    String estimator = settings.text("base_estimator", "GP");
    if (!estimator.equals("GP") && settings.text("acq_optimizer", "auto").equals("lbfgs")) {
      problems.add(
          Problem.invalid(
              RULES.field("acq_optimizer"),
              "lbfgs",
              "must be sampling or auto with base_estimator "
                  + estimator
                  + ", which has no gradient"));
    }
    return problems;
  }

  @Override
  public Suggestions suggest(Study study, List<Trial> trials, int count) {
    Space space = Space.of(study.parameters());
    Past past = Past.of(study, space, trials);
    Set<Map<String, String>> tried = Past.tried(trials);
    int begun = past.known().size() + past.failed().size() + past.pending().size();
    int initial = Settings.of(study).whole("n_initial_points", INITIAL_POINTS);
    int spread = past.known().size() < 2 ? count : Math.clamp((long) initial - begun, 0, count);
    List<Proposal> proposals = spread(study, space, trials.size(), spread, tried);
    if (spread < count) {
      SplittableRandom random = Seeds.random(study, trials.size());
      List<double[]> running = new ArrayList<>(past.pending());
      proposals.forEach(each -> running.add(space.point(each.values()).orElseThrow()));
      ModelSearch search = ModelSearch.of(study, space, past, running, random);
      while (proposals.size() < count) {
        Map<String, String> values = space.values(search.next(tried));
        tried.add(values);
        proposals.add(Proposal.of(values));
      }
    }
    return Suggestions.of(proposals);
  }

  private static List<Proposal> spread(
      Study study, Space space, int from, int count, Set<Map<String, String>> tried) {
    SobolPoints points = new SobolPoints(space.size(), Seeds.of(study)).from(from);
    List<Proposal> proposals = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Map<String, String> values = space.values(points.next());
      for (int j = 0; j < MOST_REPEATS && tried.contains(values); j++) {
        values = space.values(points.next());
      }
      tried.add(values);
      proposals.add(Proposal.of(values));
    }
    return proposals;
  }
}
