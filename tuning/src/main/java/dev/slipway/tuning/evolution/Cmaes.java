package dev.slipway.tuning.evolution;

import dev.slipway.base.FieldPath;
import dev.slipway.base.Problem;
import dev.slipway.tuning.Algorithm;
import dev.slipway.tuning.Parameter;
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
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;

/// `cmaes`: covariance matrix adaptation over the numeric parameters; choices without an order are
/// drawn independently of them, and those of the best trials more often.
///
/// An answer is that of the strategy run over all trials in the order they were started, a
/// generation whenever enough of them have ended. So trials of another study, or of another
/// generation than planned, simply take part; trials that failed rank last. States of the latest
/// studies are kept, so that only new trials are run over: that changes no answer.
public final class Cmaes implements Algorithm {
  private static final int MOST_REPEATS = 20;
  private static final int MOST_KNOWN = 32;
  private static final int BEST = 3;
  private static final SettingRules RULES =
      SettingRules.search()
          .randomState()
          .above("sigma", 0)
          .oneOf("restart_strategy", "none", "ipop", "bipop")
          .allowingOthers();

  private final AtomicReference<List<Replay>> known = new AtomicReference<>(List.of());

  @Override
  public List<Problem> problems(Study study) {
    List<Problem> problems = new ArrayList<>(RULES.judge(study.settings()));
    problems.addAll(SpaceRules.judge(study.parameters()));
    long numeric =
        study.parameters().stream()
            .filter(each -> each instanceof Parameter.Real || each instanceof Parameter.Whole)
            .count();
    if (numeric < 2) {
      problems.add(
          Problem.invalid(
              FieldPath.of("spec", "parameters"),
              numeric,
              "cmaes needs at least 2 parameters of type int or double"));
    }
    return problems;
  }

  @Override
  public Suggestions suggest(Study study, List<Trial> trials, int count) {
    List<Trial> ordered = Past.ordered(trials);
    Replay settled = nearest(study, ordered).settled(ordered);
    remember(settled);
    Replay told = settled.trials() == ordered.size() ? settled : settled.told(ordered);
    return Suggestions.of(propose(study, told, trials, count));
  }

  /// The furthest state known on the way there.
  private Replay nearest(Study study, List<Trial> ordered) {
    for (Replay each : known.get()) {
      if (each.leadsTo(study, ordered)) {
        return each;
      }
    }
    return Replay.of(study);
  }

  /// Newest first. Two who do so at once may lose one's state, which costs a replay.
  private void remember(Replay state) {
    List<Replay> before = known.get();
    if (!before.isEmpty() && before.getFirst() == state) {
      return;
    }
    List<Replay> more = new ArrayList<>(MOST_KNOWN);
    more.add(state);
    before.stream()
        .filter(each -> each != state && !each.sameStudy(state))
        .limit(MOST_KNOWN - 1)
        .forEach(more::add);
    known.set(List.copyOf(more));
  }

  private static List<Proposal> propose(Study study, Replay told, List<Trial> trials, int count) {
    Space space = told.space();
    int[] numeric = told.numeric();
    int within = told.within();
    SplittableRandom random = Seeds.random(study, trials.size());
    Set<Map<String, String>> tried = Past.tried(trials);
    List<double[]> best = numeric.length < space.size() ? told.best(BEST) : List.of();
    List<Proposal> proposals = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      Map<String, String> values = Map.of();
      for (int again = 0; again < MOST_REPEATS && (again == 0 || tried.contains(values)); again++) {
        Strategy strategy = told.strategy();
        double[] drawn = again == 0 ? strategy.ask(within + i) : strategy.draw(random);
        double[] point = choices(space, best, random);
        for (int k = 0; k < numeric.length; k++) {
          point[numeric[k]] = drawn[k];
        }
        values = space.values(point);
      }
      tried.add(values);
      proposals.add(Proposal.of(values));
    }
    return proposals;
  }

  /// Half of the choices are those of one of the best trials.
  private static double[] choices(Space space, List<double[]> best, SplittableRandom random) {
    double[] point = space.draw(random);
    for (int k = 0; k < point.length && best.size() == BEST; k++) {
      if (random.nextBoolean()) {
        point[k] = best.get(random.nextInt(BEST))[k];
      }
    }
    return point;
  }
}
