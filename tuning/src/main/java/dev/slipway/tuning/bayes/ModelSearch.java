package dev.slipway.tuning.bayes;

import dev.slipway.tuning.Study;
import dev.slipway.tuning.space.Past;
import dev.slipway.tuning.space.Settings;
import dev.slipway.tuning.space.Space;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;

/// One question's search: the model of all that is known, and one point after another from it.
final class ModelSearch {
  /// Beyond so many trials the best half and the latest half stand for all: cost grows with their
  /// third power.
  private static final int MOST_POINTS = 300;

  private final Space space;
  private final String function;
  private final boolean climbing;
  private final Optional<Surrogate> logSeconds;
  private final List<double[]> bestFirst;
  private final SplittableRandom random;
  private Surrogate model;

  private ModelSearch(
      Space space,
      Settings settings,
      Surrogate model,
      Optional<Surrogate> logSeconds,
      List<double[]> bestFirst,
      SplittableRandom random) {
    this.space = space;
    this.function = settings.text("acq_func", "EI");
    this.climbing = !settings.text("acq_optimizer", "auto").equals("sampling");
    this.model = model;
    this.logSeconds = logSeconds;
    this.bestFirst = bestFirst;
    this.random = random;
  }

  static ModelSearch of(
      Study study, Space space, Past past, List<double[]> running, SplittableRandom random) {
    Settings settings = Settings.of(study);
    List<Past.Known> known = fewer(past.known());
    double[][] points = new double[known.size() + past.failed().size()][];
    double[] losses = new double[points.length];
    Arrays.fill(losses, past.worst());
    for (int i = 0; i < known.size(); i++) {
      points[i] = known.get(i).point();
      losses[i] = known.get(i).loss();
    }
    for (int i = 0; i < past.failed().size(); i++) {
      points[known.size() + i] = past.failed().get(i);
    }
    Models models = new Models(space, settings.text("base_estimator", "GP"), random);
    Surrogate model = models.of(points, losses);
    for (double[] point : running) {
      model = model.believing(point);
    }
    List<double[]> bestFirst =
        known.stream()
            .sorted(Comparator.comparingDouble(Past.Known::loss))
            .map(Past.Known::point)
            .toList();
    Optional<Surrogate> logSeconds =
        settings.text("acq_func", "EI").endsWith("ps")
            ? models.logSeconds(known)
            : Optional.empty();
    return new ModelSearch(space, settings, model, logSeconds, bestFirst, random);
  }

  private static List<Past.Known> fewer(List<Past.Known> known) {
    if (known.size() <= MOST_POINTS) {
      return known;
    }
    List<Past.Known> latest = known.subList(known.size() - MOST_POINTS / 2, known.size());
    List<Past.Known> kept = new ArrayList<>(latest);
    known.subList(0, known.size() - MOST_POINTS / 2).stream()
        .sorted(Comparator.comparingDouble(Past.Known::loss))
        .limit(MOST_POINTS / 2)
        .forEach(kept::add);
    return kept;
  }

  /// The next point, which the model then believes in.
  double[] next(Set<Map<String, String>> tried) {
    double[] point =
        switch (function) {
          case "gp_hedge" -> hedged(tried);
          case "LCB" -> search(Acquisition.LCB, tried);
          case "PI", "PIps" -> search(Acquisition.PI, tried);
          default -> search(Acquisition.EI, tried);
        };
    model = model.believing(point);
    return point;
  }

  private double[] search(Acquisition acquisition, Set<Map<String, String>> tried) {
    return new AcquisitionSearch(space, acquisition, logSeconds, climbing)
        .search(model, bestFirst, tried, random);
  }

  /// One of what all functions propose, the likelier the less loss the model expects there; the
  /// gains of earlier rounds (Hoffman et al. 2011) are in the model.
  private double[] hedged(Set<Map<String, String>> tried) {
    List<double[]> proposed = new ArrayList<>();
    double[] weights = new double[Acquisition.values().length];
    for (Acquisition each : Acquisition.values()) {
      double[] point = search(each, tried);
      weights[proposed.size()] = Math.exp(-model.at(point).mean());
      proposed.add(point);
    }
    double draw = random.nextDouble() * Arrays.stream(weights).sum();
    for (int i = 0; i < weights.length; i++) {
      draw -= weights[i];
      if (draw < 0) {
        return proposed.get(i);
      }
    }
    return proposed.getFirst();
  }
}
