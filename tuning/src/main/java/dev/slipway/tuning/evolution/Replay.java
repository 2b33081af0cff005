package dev.slipway.tuning.evolution;

import dev.slipway.tuning.Study;
import dev.slipway.tuning.Trial;
import dev.slipway.tuning.space.Past;
import dev.slipway.tuning.space.Seeds;
import dev.slipway.tuning.space.Settings;
import dev.slipway.tuning.space.Space;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/// A strategy that was told a study's trials in the order they were started, a generation whenever
/// enough of them have ended. Immutable: going on makes another.
final class Replay {
  private final Study study;
  private final Space space;
  private final int[] numeric;
  private final List<Trial> trials; // those behind this state: a study's first, all of them ended
  private final List<Ended> ended; // of those
  private final int used; // of `ended`, by the strategy
  private final Strategy strategy;

  /// @param loss infinite for a trial that failed
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Ended(double[] point, double loss) {}

  private Replay(
      Study study,
      Space space,
      int[] numeric,
      List<Trial> trials,
      List<Ended> ended,
      int used,
      Strategy strategy) {
    this.study = study;
    this.space = space;
    this.numeric = numeric;
    this.trials = trials;
    this.ended = ended;
    this.used = used;
    this.strategy = strategy;
  }

  static Replay of(Study study) {
    Space space = Space.of(study.parameters());
    int[] numeric = IntStream.range(0, space.size()).filter(k -> space.axis(k).ordered()).toArray();
    Settings settings = Settings.of(study);
    Strategy strategy =
        new Strategy(
            numeric.length,
            settings.number("sigma", 1.0 / 6),
            settings.text("restart_strategy", "none"),
            Seeds.of(study),
            IntStream.of(numeric).mapToDouble(k -> least(space, k)).toArray());
    return new Replay(study, space, numeric, List.of(), List.of(), 0, strategy);
  }

  /// The least deviation along an axis: a finite one must still reach its neighbours.
  private static double least(Space space, int axis) {
    return space.axis(axis).continuous() ? 0 : 0.4 / space.axis(axis).cells();
  }

  /// Whether this is on the way to a study's state: its own trials begin as these.
  boolean leadsTo(Study other, List<Trial> ordered) {
    return trials.size() <= ordered.size()
        && study.equals(other)
        && ordered.subList(0, trials.size()).equals(trials);
  }

  boolean sameStudy(Replay other) {
    return study.equals(other.study);
  }

  /// The state after all trials up to the first that runs, which later trials cannot change.
  Replay settled(List<Trial> ordered) {
    int end = trials.size();
    while (end < ordered.size() && !runs(ordered.get(end))) {
      end++;
    }
    return end == trials.size() ? this : told(ordered.subList(0, end));
  }

  /// The state after all trials that have ended.
  Replay told(List<Trial> ordered) {
    List<Ended> all = new ArrayList<>(ended);
    for (Trial trial : ordered.subList(trials.size(), ordered.size())) {
      Past one = Past.of(study, space, List.of(trial));
      one.known().forEach(each -> all.add(new Ended(each.point(), each.loss())));
      one.failed().forEach(each -> all.add(new Ended(each, Double.POSITIVE_INFINITY)));
    }
    Strategy next = strategy;
    int at = used;
    while (at + next.population() <= all.size()) {
      next = next == strategy ? next.copy() : next;
      int end = at + next.population();
      next.tell(generation(all.subList(at, end)));
      at = end;
    }
    return new Replay(study, space, numeric, List.copyOf(ordered), all, at, next);
  }

  private static boolean runs(Trial trial) {
    return trial.state() == Trial.State.CREATED || trial.state() == Trial.State.RUNNING;
  }

  private Strategy.Generation generation(List<Ended> members) {
    List<Ended> sorted = members.stream().sorted(Comparator.comparingDouble(Ended::loss)).toList();
    double[][] points =
        sorted.stream()
            .map(each -> IntStream.of(numeric).mapToDouble(k -> each.point[k]).toArray())
            .toArray(double[][]::new);
    return new Strategy.Generation(points, sorted.stream().mapToDouble(Ended::loss).toArray());
  }

  Space space() {
    return space;
  }

  int[] numeric() {
    return numeric;
  }

  Strategy strategy() {
    return strategy;
  }

  int trials() {
    return trials.size();
  }

  /// How many places of the next generation are taken.
  int within() {
    long running =
        trials.stream()
            .filter(each -> runs(each) && space.point(each.values()).isPresent())
            .count();
    return ended.size() - used + (int) running;
  }

  /// The points of the best trials, best first.
  List<double[]> best(int many) {
    return ended.stream()
        .filter(each -> Double.isFinite(each.loss))
        .sorted(Comparator.comparingDouble(Ended::loss))
        .limit(many)
        .map(Ended::point)
        .toList();
  }
}
