package dev.slipway.tuning.tpe;

import dev.slipway.base.Problem;
import dev.slipway.tuning.Algorithm;
import dev.slipway.tuning.Proposal;
import dev.slipway.tuning.Study;
import dev.slipway.tuning.Suggestions;
import dev.slipway.tuning.Trial;
import dev.slipway.tuning.plain.RandomSearch;
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
import java.util.stream.IntStream;

/// `tpe` and `multivariate-tpe`: draws from the density of good trials what is likeliest to be good
/// rather than bad (Bergstra et al. 2011); over each parameter alone, or over all together (Falkner
/// et al. 2018). Trials that run count among the bad ones, so that several questions spread out,
/// and
/// so do trials that failed.
public final class ParzenSearch implements Algorithm {
  private static final int STARTUP = 10;
  private static final int CANDIDATES = 24;
  private static final int MOST_GOOD = 25;
  private static final int MOST_REPEATS = 20;

  private final boolean together;
  private final SettingRules rules;

  private ParzenSearch(boolean together, SettingRules rules) {
    this.together = together;
    this.rules = rules;
  }

  /// With the settings of Katib's hyperopt service, and Optuna's.
  public static ParzenSearch univariate() {
    return new ParzenSearch(
        false,
        SettingRules.search()
            .between("gamma", 0, 1)
            .above("prior_weight", 0)
            .above("n_EI_candidates", 0)
            .whole("n_startup_trials", 0)
            .whole("n_ei_candidates", 0)
            .randomState());
  }

  /// With the settings of Katib's Optuna service.
  public static ParzenSearch multivariate() {
    return new ParzenSearch(
        true,
        SettingRules.search()
            .whole("n_startup_trials", 0)
            .whole("n_ei_candidates", 0)
            .randomState());
  }

  @Override
  public List<Problem> problems(Study study) {
    List<Problem> problems = new ArrayList<>(rules.judge(study.settings()));
    problems.addAll(SpaceRules.judge(study.parameters()));
    return problems;
  }

  @Override
  public Suggestions suggest(Study study, List<Trial> trials, int count) {
    Space space = Space.of(study.parameters());
    Past past = Past.of(study, space, trials);
    Settings settings = Settings.of(study);
    SplittableRandom random = Seeds.random(study, trials.size());
    Set<Map<String, String>> tried = Past.tried(trials);
    int startup = settings.whole("n_startup_trials", STARTUP);
    int begun = past.known().size() + past.failed().size() + past.pending().size();
    Split split = split(past, settings);
    List<Proposal> proposals = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      boolean starting = past.known().size() < 2 || begun + i < startup;
      Map<String, String> values =
          starting
              ? RandomSearch.fresh(space, random, tried)
              : likely(space, split, settings, random, tried);
      proposals.add(Proposal.of(values));
      split.bad.add(space.point(values).orElseThrow());
    }
    return Suggestions.of(proposals);
  }

  private record Split(List<double[]> good, List<double[]> bad) {}

  private Split split(Past past, Settings settings) {
    int known = past.known().size();
    double share =
        settings.number("gamma").isPresent()
            ? settings.number("gamma", 0.25) * Math.sqrt(known)
            : 0.1 * known;
    int good = Math.clamp((long) Math.ceil(share), Math.min(1, known), MOST_GOOD);
    double worst =
        past.known().stream()
            .mapToDouble(Past.Known::loss)
            .sorted()
            .skip(Math.max(0, good - 1))
            .findFirst()
            .orElse(0);
    Split split = new Split(new ArrayList<>(), new ArrayList<>());
    for (Past.Known each : past.known()) {
      boolean best = split.good.size() < good && each.loss() <= worst;
      (best ? split.good : split.bad).add(each.point());
    }
    split.bad.addAll(past.failed());
    split.bad.addAll(past.pending());
    return split;
  }

  private Map<String, String> likely(
      Space space,
      Split split,
      Settings settings,
      SplittableRandom random,
      Set<Map<String, String>> tried) {
    List<int[]> groups =
        together
            ? List.of(IntStream.range(0, space.size()).toArray())
            : IntStream.range(0, space.size()).mapToObj(axis -> new int[] {axis}).toList();
    List<Parzen> good = new ArrayList<>();
    List<Parzen> bad = new ArrayList<>();
    double prior = settings.number("prior_weight", 1);
    for (int[] group : groups) {
      good.add(new Parzen(space, group, split.good, prior));
      bad.add(new Parzen(space, group, split.bad, prior));
    }
    int candidates =
        settings.whole("n_EI_candidates", settings.whole("n_ei_candidates", CANDIDATES));
    Map<String, String> values = Map.of();
    for (int i = 0; i < MOST_REPEATS && (i == 0 || tried.contains(values)); i++) {
      double[] point = new double[space.size()];
      for (int g = 0; g < groups.size(); g++) {
        double[] drawn = best(good.get(g), bad.get(g), Math.max(1, candidates), random);
        for (int a = 0; a < drawn.length; a++) {
          point[groups.get(g)[a]] = drawn[a];
        }
      }
      values = space.values(point);
    }
    tried.add(values);
    return values;
  }

  private static double[] best(Parzen good, Parzen bad, int candidates, SplittableRandom random) {
    double[] best = good.draw(random);
    double most = good.log(best) - bad.log(best);
    for (int i = 1; i < candidates; i++) {
      double[] drawn = good.draw(random);
      double odds = good.log(drawn) - bad.log(drawn);
      if (odds > most) {
        most = odds;
        best = drawn;
      }
    }
    return best;
  }
}
