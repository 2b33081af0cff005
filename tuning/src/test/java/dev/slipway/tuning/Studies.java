package dev.slipway.tuning;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.ToDoubleFunction;

/// Studies and trials for tests.
public final class Studies {
  private Studies() {}

  public static Study minimize(List<Parameter> parameters, Map<String, String> settings) {
    return of(parameters, false, settings, 1);
  }

  public static Study of(
      List<Parameter> parameters, boolean maximize, Map<String, String> settings, long seed) {
    return new Study(
        "study",
        parameters,
        new Study.Goal(maximize, OptionalDouble.empty()),
        settings,
        seed,
        3,
        OptionalInt.empty(),
        Optional.empty());
  }

  public static Study with(Study study, Map<String, String> settings) {
    return new Study(
        study.name(),
        study.parameters(),
        study.goal(),
        settings,
        study.seed(),
        study.parallel(),
        study.maxTrials(),
        study.architecture());
  }

  public static Parameter.Real real(String name, double min, double max) {
    return new Parameter.Real(name, min, max, 0, Distribution.UNIFORM);
  }

  public static Parameter.Whole whole(String name, long min, long max) {
    return new Parameter.Whole(name, min, max, 1, Distribution.UNIFORM);
  }

  public static Trial trial(int number, Proposal proposal, Trial.State state, double objective) {
    return new Trial(
        proposal.name().orElse("trial-" + number),
        proposal.values(),
        proposal.labels(),
        state,
        Double.isNaN(objective) ? OptionalDouble.empty() : OptionalDouble.of(objective),
        List.of(),
        Instant.EPOCH.plusSeconds(number));
  }

  /// Asks, tries and tells until there are so many trials.
  public static List<Trial> run(
      Algorithm algorithm,
      Study study,
      int trials,
      int batch,
      ToDoubleFunction<Map<String, String>> objective) {
    List<Trial> done = new ArrayList<>();
    while (done.size() < trials) {
      int count = Math.min(batch, trials - done.size());
      List<Proposal> next = algorithm.suggest(study, done, count).proposals();
      if (next.isEmpty()) {
        return done;
      }
      for (Proposal each : next) {
        double value = objective.applyAsDouble(each.values());
        done.add(trial(done.size(), each, Trial.State.SUCCEEDED, value));
      }
    }
    return done;
  }

  public static double best(List<Trial> trials) {
    return trials.stream().mapToDouble(each -> each.objective().orElseThrow()).min().orElseThrow();
  }
}
