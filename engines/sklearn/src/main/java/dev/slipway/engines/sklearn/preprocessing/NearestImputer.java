package dev.slipway.engines.sklearn.preprocessing;

import dev.slipway.engines.sklearn.Estimator;
import dev.slipway.engines.sklearn.Estimators;
import dev.slipway.engines.sklearn.Frame;
import dev.slipway.engines.sklearn.Matrix;
import dev.slipway.engines.sklearn.UnsupportedEstimatorException;
import dev.slipway.engines.sklearn.pickle.NdArray;
import dev.slipway.engines.sklearn.pickle.PyObject;
import dev.slipway.engines.sklearn.preprocessing.NumericTransformer.Values;
import java.util.Arrays;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.stream.IntStream;

/// `KNNImputer`: the mean of a column over the nearest fitted rows that have a value there.
///
/// Distances are Euclidean over the columns both rows have, scaled up to all columns. Among rows of
/// equal distance the first counts; numpy's partition leaves that open.
final class NearestImputer implements Arithmetic {
  private final Missing missing;
  private final double[] fitted;
  private final boolean[] fittedMissing;
  private final int fittedRows;
  private final int columns;
  private final boolean[] valid;
  private final boolean keepsEmpty;
  private final int neighbours;
  private final boolean byDistance;
  private final int[] flagged;

  private NearestImputer(PyObject object) {
    this.missing = Missing.of(object);
    var x = object.array("_fit_X");
    this.fittedRows = x.shape()[0];
    this.columns = x.shape()[1];
    this.fittedMissing = flags(object.array("_mask_fit_X"));
    this.valid = flags(object.array("_valid_mask"));
    this.fitted = x.doubles().clone();
    this.keepsEmpty = object.truth("keep_empty_features", false);
    this.neighbours = object.integer("n_neighbors", 5);
    this.byDistance = weights(object);
    this.flagged = Indicators.added(object);
  }

  static Estimator.Transformer read(PyObject object, Estimators readers) {
    if (!object.text("metric", "").equals("nan_euclidean")) {
      throw new UnsupportedEstimatorException(
          "KNNImputer: metric " + object.attributes().get("metric") + " is not nan_euclidean");
    }
    var imputer = new NearestImputer(object);
    return new NumericTransformer(
        Header.of(object).width(imputer.columns),
        imputer.missing.nan() ? Values.NAN_ALLOWED : Values.FINITE,
        imputer);
  }

  private static boolean weights(PyObject object) {
    return switch (object.text("weights", "")) {
      case "uniform" -> false;
      case "distance" -> true;
      default ->
          throw new UnsupportedEstimatorException(
              "KNNImputer: weights " + object.attributes().get("weights"));
    };
  }

  private static boolean[] flags(NdArray array) {
    var values = array.doubles();
    var flags = new boolean[values.length];
    for (int i = 0; i < flags.length; i++) {
      flags[i] = values[i] != 0;
    }
    return flags;
  }

  @Override
  public Frame dense(Matrix x) {
    var mask = missing.mask(x);
    var filled = x.values().clone();
    for (int row = 0; row < x.rows(); row++) {
      fill(x, mask, row, filled);
    }
    return new Frame.Dense(Indicators.append(kept(filled, x.rows()), mask, columns, flagged));
  }

  private void fill(Matrix x, boolean[] mask, int row, double[] filled) {
    double[] distances = {};
    for (int column = 0; column < columns; column++) {
      if (valid[column] && mask[row * columns + column]) {
        if (distances.length == 0) {
          distances = distances(x, mask, row);
        }
        filled[row * columns + column] = value(distances, column);
      }
    }
  }

  /// Squares scaled, roots taken; NaN where two rows share no column.
  private double[] distances(Matrix x, boolean[] mask, int row) {
    var distances = new double[fittedRows];
    for (int other = 0; other < fittedRows; other++) {
      double sum = 0;
      int present = 0;
      for (int column = 0; column < columns; column++) {
        if (!mask[row * columns + column] && !fittedMissing[other * columns + column]) {
          double difference = x.at(row, column) - fitted[other * columns + column];
          sum += difference * difference;
          present++;
        }
      }
      distances[other] = present == 0 ? Double.NaN : Math.sqrt(sum / present * columns);
    }
    return distances;
  }

  private double value(double[] distances, int column) {
    var nearest = nearest(distances, column);
    if (nearest.length == 0) {
      return mean(column);
    }
    boolean exact = byDistance && Arrays.stream(nearest).anyMatch(row -> distances[row] == 0);
    double sum = 0;
    double weights = 0;
    for (int row : nearest) {
      double weight = !byDistance ? 1 : exact ? distances[row] == 0 ? 1 : 0 : 1 / distances[row];
      sum += weight * fitted[row * columns + column];
      weights += weight;
    }
    return sum / weights;
  }

  /// The nearest rows that have the column, among those with a distance.
  private int[] nearest(double[] distances, int column) {
    var farthestFirst =
        Comparator.comparingDouble((Integer row) -> distances[row])
            .thenComparing(row -> row)
            .reversed();
    var nearest = new PriorityQueue<>(farthestFirst);
    for (int row = 0; row < fittedRows; row++) {
      if (!fittedMissing[row * columns + column] && !Double.isNaN(distances[row])) {
        nearest.add(row);
        if (nearest.size() > neighbours) {
          nearest.poll();
        }
      }
    }
    return nearest.stream().mapToInt(Integer::intValue).sorted().toArray();
  }

  private double mean(int column) {
    return IntStream.range(0, fittedRows)
        .filter(row -> !fittedMissing[row * columns + column])
        .mapToDouble(row -> fitted[row * columns + column])
        .average()
        .orElse(Double.NaN);
  }

  private Matrix kept(double[] filled, int rows) {
    int[] kept =
        IntStream.range(0, columns).filter(column -> keepsEmpty || valid[column]).toArray();
    var out = Matrix.zeros(rows, kept.length);
    int at = 0;
    for (int row = 0; row < rows; row++) {
      for (int column : kept) {
        out.values()[at++] = valid[column] ? filled[row * columns + column] : 0;
      }
    }
    return out;
  }
}
