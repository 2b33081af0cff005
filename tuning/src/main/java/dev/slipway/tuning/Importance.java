package dev.slipway.tuning;

import dev.slipway.tuning.forest.Importances;
import dev.slipway.tuning.space.Past;
import dev.slipway.tuning.space.Space;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/// How much each parameter alone decides the objective (fANOVA; Hutter et al. 2014). Pure.
public final class Importance {
  private static final int LEAST_TRIALS = 5;

  private Importance() {}

  /// A share for each parameter, in their order; together 1. All 0 while fewer than five trials
  /// have
  /// a value, or where their values do not differ.
  public static Map<String, Double> of(List<Parameter> parameters, List<Trial> trials) {
    Space space = Space.of(parameters);
    Study study =
        new Study(
            "",
            parameters,
            new Study.Goal(false, OptionalDouble.empty()),
            Map.of(),
            0,
            1,
            OptionalInt.empty(),
            Optional.empty());
    List<Past.Known> known = Past.of(study, space, trials).known();
    double[] shares = new double[space.size()];
    if (known.size() >= LEAST_TRIALS) {
      shares =
          Importances.of(
              space,
              known.stream().map(Past.Known::point).toArray(double[][]::new),
              known.stream().mapToDouble(Past.Known::loss).toArray());
    }
    Map<String, Double> byName = new LinkedHashMap<>();
    for (int k = 0; k < shares.length; k++) {
      byName.put(space.axis(k).name(), shares[k]);
    }
    return byName;
  }
}
