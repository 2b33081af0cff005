package dev.slipway.engines.sklearn.neighbors;

import dev.slipway.engines.sklearn.Estimator;
import dev.slipway.engines.sklearn.Estimators;
import dev.slipway.engines.sklearn.Fields;
import dev.slipway.engines.sklearn.Matrix;
import dev.slipway.engines.sklearn.Outliers;
import dev.slipway.engines.sklearn.Regression;
import dev.slipway.engines.sklearn.UnsupportedEstimatorException;
import dev.slipway.engines.sklearn.pickle.PyObject;
import java.util.Arrays;

/// Nearest neighbours.
public final class NeighborEstimators {
  private NeighborEstimators() {}

  /// Adds the readers of these classes.
  public static void register(Estimators estimators) {
    estimators.add(
        "sklearn.KNeighborsClassifier", (object, _) -> NeighborClassifier.read(object, false));
    estimators.add(
        "sklearn.RadiusNeighborsClassifier", (object, _) -> NeighborClassifier.read(object, true));
    estimators.add("sklearn.KNeighborsRegressor", (object, _) -> regressor(object, false));
    estimators.add("sklearn.RadiusNeighborsRegressor", (object, _) -> regressor(object, true));
    estimators.add("sklearn.NearestCentroid", (object, _) -> CentroidClassifier.read(object));
    estimators.add("sklearn.KernelDensity", (object, _) -> new KernelDensity(object));
    estimators.add("sklearn.LocalOutlierFactor", (object, _) -> outlierFactor(object));
  }

  private static Estimator regressor(PyObject object, boolean byRadius) {
    var votes = new Votes(object, byRadius);
    boolean flat = Fields.dimensions(object, "_y") == 1;
    var targets = Fields.matrix(object, "_y");
    var values = flat ? targets.transposed() : targets;
    return new Regression(object, votes.features(), flat, x -> means(votes, values, x.matrix()));
  }

  /// The weighted mean of the neighbours' values; NaN for rows without neighbours.
  private static Matrix means(Votes votes, Matrix values, Matrix x) {
    int width = values.columns();
    var target = Matrix.zeros(x.rows(), width);
    for (int row = 0; row < x.rows(); row++) {
      var found = votes.of(x, row);
      var weights = votes.weights(found);
      double sum = Arrays.stream(weights).sum();
      for (int output = 0; output < width; output++) {
        double total = 0;
        for (int i = 0; i < weights.length; i++) {
          total += weights[i] * values.at(found.rows()[i], output);
        }
        target.values()[row * width + output] = total / sum;
      }
    }
    return target;
  }

  /// How much denser the neighbours of a row lie than the row itself, negative (Breunig et al.
  /// 2000).
  private static Estimator outlierFactor(PyObject object) {
    if (!object.truth("novelty", false)) {
      throw new UnsupportedEstimatorException(
          object + " was fitted with novelty=False, which cannot judge new rows");
    }
    var neighborhood = new Neighborhood(object);
    int count = object.integer("n_neighbors_");
    var reaches = Fields.matrix(object, "_distances_fit_X_");
    var densities = object.doubles("_lrd");
    return new Outliers(
        object,
        neighborhood.features(),
        frame -> {
          var x = frame.matrix();
          var target = Matrix.zeros(x.rows(), 1);
          for (int row = 0; row < x.rows(); row++) {
            var found = neighborhood.nearest(x, row, count);
            target.values()[row] = -factor(found, reaches, densities);
          }
          return target;
        },
        object.number("offset_"),
        true);
  }

  private static double factor(Neighborhood.Found found, Matrix reaches, double... densities) {
    double reach = 0;
    double density = 0;
    int count = found.rows().length;
    for (int i = 0; i < count; i++) {
      int row = found.rows()[i];
      reach += Math.max(found.distances()[i], reaches.at(row, reaches.columns() - 1));
      density += densities[row];
    }
    double own = 1 / (reach / count + 1e-10);
    return density / count / own;
  }
}
