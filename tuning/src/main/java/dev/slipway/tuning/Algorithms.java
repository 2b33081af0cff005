package dev.slipway.tuning;

import dev.slipway.tuning.bayes.BayesianOptimization;
import dev.slipway.tuning.evolution.Cmaes;
import dev.slipway.tuning.evolution.Population;
import dev.slipway.tuning.hyperband.Hyperband;
import dev.slipway.tuning.nas.Darts;
import dev.slipway.tuning.nas.Enas;
import dev.slipway.tuning.plain.GridSearch;
import dev.slipway.tuning.plain.RandomSearch;
import dev.slipway.tuning.plain.SobolSearch;
import dev.slipway.tuning.stopping.Asha;
import dev.slipway.tuning.stopping.MedianStop;
import dev.slipway.tuning.tpe.ParzenSearch;
import java.util.Map;
import java.util.Optional;

/// The algorithms by Katib's names.
public final class Algorithms {
  private static final Map<String, Algorithm> SEARCH =
      Map.ofEntries(
          Map.entry("random", new RandomSearch()),
          Map.entry("grid", new GridSearch()),
          Map.entry("sobol", new SobolSearch()),
          Map.entry("bayesianoptimization", new BayesianOptimization()),
          Map.entry("tpe", ParzenSearch.univariate()),
          Map.entry("multivariate-tpe", ParzenSearch.multivariate()),
          Map.entry("cmaes", new Cmaes()),
          Map.entry("hyperband", new Hyperband()),
          Map.entry("pbt", new Population()),
          Map.entry("enas", new Enas()),
          Map.entry("darts", new Darts()));
  private static final Map<String, EarlyStopping> STOPPING =
      Map.of("medianstop", new MedianStop(), "asha", new Asha());

  private Algorithms() {}

  /// `random`, `grid`, `sobol`, `tpe`, …; empty where nobody here goes by that name.
  public static Optional<Algorithm> search(String name) {
    return Optional.ofNullable(SEARCH.get(name));
  }

  /// `medianstop`, `asha`.
  public static Optional<EarlyStopping> stopping(String name) {
    return Optional.ofNullable(STOPPING.get(name));
  }
}
