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
import dev.slipway.tuning.space.Settings;
import dev.slipway.tuning.space.Space;
import dev.slipway.tuning.space.SpaceRules;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/// `cmaes`: covariance matrix adaptation over the numeric parameters; choices without an order are
/// drawn independently of them, and those of the best trials more often.
///
/// Nothing is remembered between questions: the strategy is run again over the trials in the order
/// they were started, a generation whenever enough of them have ended. Trials that failed rank
/// last.
/// So trials of another study, or of another generation than planned, simply take part.
public final class Cmaes implements Algorithm {
  private static final int MOST_REPEATS = 20;
  private static final SettingRules RULES =
      SettingRules.search()
          .randomState()
          .above("sigma", 0)
          .oneOf("restart_strategy", "none", "ipop", "bipop")
          .allowingOthers();

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
    Space space = Space.of(study.parameters());
    int[] numeric = IntStream.range(0, space.size()).filter(k -> space.axis(k).ordered()).toArray();
    Past past = Past.of(study, space, trials);
    Settings settings = Settings.of(study);
    Strategy strategy =
        new Strategy(
            numeric.length,
            settings.number("sigma", 1.0 / 6),
            settings.text("restart_strategy", "none"),
            Seeds.of(study),
            IntStream.of(numeric).mapToDouble(k -> least(space, k)).toArray());
    List<Ended> ended = ended(study, space, trials);
    int used = 0;
    while (used + strategy.population() <= ended.size()) {
      strategy.tell(generation(ended.subList(used, used + strategy.population()), numeric));
      used += strategy.population();
    }
    int within = ended.size() - used + past.pending().size();
    return Suggestions.of(propose(study, space, numeric, strategy, past, trials, within, count));
  }

  /// The least deviation along an axis: a finite one must still reach its neighbours.
  private static double least(Space space, int axis) {
    return space.axis(axis).continuous() ? 0 : 0.4 / space.axis(axis).cells();
  }

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Ended(double[] point, double loss) {}

  /// In the order they were started, so that a generation keeps its members.
  private static List<Ended> ended(Study study, Space space, List<Trial> trials) {
    List<Ended> ended = new ArrayList<>();
    for (Trial trial : Past.ordered(trials)) {
      Past one = Past.of(study, space, List.of(trial));
      one.known().forEach(each -> ended.add(new Ended(each.point(), each.loss())));
      one.failed().forEach(each -> ended.add(new Ended(each, Double.POSITIVE_INFINITY)));
    }
    return ended;
  }

  private static Strategy.Generation generation(List<Ended> trials, int[] numeric) {
    List<Ended> sorted = trials.stream().sorted(Comparator.comparingDouble(Ended::loss)).toList();
    double[][] points =
        sorted.stream()
            .map(each -> IntStream.of(numeric).mapToDouble(k -> each.point[k]).toArray())
            .toArray(double[][]::new);
    return new Strategy.Generation(points, sorted.stream().mapToDouble(Ended::loss).toArray());
  }

  private static List<Proposal> propose(
      Study study,
      Space space,
      int[] numeric,
      Strategy strategy,
      Past past,
      List<Trial> trials,
      int within,
      int count) {
    SplittableRandom random = Seeds.random(study, trials.size());
    Set<Map<String, String>> tried = Past.tried(trials);
    List<Proposal> proposals = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      Map<String, String> values = Map.of();
      for (int again = 0; again < MOST_REPEATS && (again == 0 || tried.contains(values)); again++) {
        double[] drawn = again == 0 ? strategy.ask(within + i) : strategy.draw(random);
        double[] point = choices(space, past, random);
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

  /// Half of the choices are those of one of the best three trials.
  private static double[] choices(Space space, Past past, SplittableRandom random) {
    double[] point = space.draw(random);
    List<Past.Known> best =
        past.known().stream()
            .sorted(Comparator.comparingDouble(Past.Known::loss))
            .limit(3)
            .toList();
    for (int k = 0; k < point.length && best.size() == 3; k++) {
      if (random.nextBoolean()) {
        point[k] = best.get(random.nextInt(3)).point()[k];
      }
    }
    return point;
  }
}
