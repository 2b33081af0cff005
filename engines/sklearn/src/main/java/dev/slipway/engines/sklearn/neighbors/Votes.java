package dev.slipway.engines.sklearn.neighbors;

import dev.slipway.engines.sklearn.Fields;
import dev.slipway.engines.sklearn.Matrix;
import dev.slipway.engines.sklearn.UnsupportedEstimatorException;
import dev.slipway.engines.sklearn.pickle.PyObject;
import java.util.Arrays;

/// Which neighbours an estimator asks and how much each counts.
final class Votes {
  private final Neighborhood neighborhood;
  private final boolean byRadius;
  private final int count;
  private final double radius;
  private final boolean byDistance;

  Votes(PyObject object, boolean byRadius) {
    this.neighborhood = new Neighborhood(object);
    this.byRadius = byRadius;
    this.count = object.integer("n_neighbors", 5);
    this.radius = object.number("radius", 1);
    this.byDistance =
        switch (Fields.setting(object, "weights", "uniform")) {
          case "uniform", "None" -> false;
          case "distance" -> true;
          default ->
              throw new UnsupportedEstimatorException(
                  object + ": weights is a function; expected uniform or distance");
        };
  }

  int features() {
    return neighborhood.features();
  }

  /// Whether all neighbours count the same.
  boolean uniform() {
    return !byDistance;
  }

  Neighborhood.Found of(Matrix x, int row) {
    return byRadius ? neighborhood.within(x, row, radius) : neighborhood.nearest(x, row, count);
  }

  /// One a neighbour: 1, or 1 over its distance; where some are at distance 0, they alone count.
  double[] weights(Neighborhood.Found found) {
    var weights = new double[found.distances().length];
    if (!byDistance) {
      Arrays.fill(weights, 1);
      return weights;
    }
    boolean same = Arrays.stream(found.distances()).anyMatch(distance -> distance == 0);
    for (int i = 0; i < weights.length; i++) {
      double distance = found.distances()[i];
      weights[i] = same ? (distance == 0 ? 1 : 0) : 1 / distance;
    }
    return weights;
  }
}
