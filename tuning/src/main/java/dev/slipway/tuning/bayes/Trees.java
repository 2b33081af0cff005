package dev.slipway.tuning.bayes;

import dev.slipway.tuning.forest.Forests;
import java.util.ArrayList;
import java.util.List;

/// Trees as a model. A point believed in is not grown into them; around it they are surer, so that
/// the next search goes elsewhere.
///
/// @param believed points taken as known
record Trees(Forests forest, double best, List<double[]> believed) implements Surrogate {
  /// How far a believed point reaches.
  private static final double REACH = 0.1;

  private static final double LEAST_DEVIATION = 1e-3;

  Trees {
    believed = List.copyOf(believed);
  }

  static Trees of(Forests forest, double[] losses) {
    double best = Double.POSITIVE_INFINITY;
    for (double loss : losses) {
      best = Math.min(best, loss);
    }
    return new Trees(forest, best, List.of());
  }

  @Override
  public Guess at(double[] point) {
    double[] answer = forest.at(point);
    double deviation = answer[1];
    for (double[] each : believed) {
      double squared = 0;
      for (int k = 0; k < point.length; k++) {
        squared += (point[k] - each[k]) * (point[k] - each[k]);
      }
      deviation *= 1 - Math.exp(-squared / (2 * REACH * REACH));
    }
    return new Guess(answer[0], Math.max(deviation, LEAST_DEVIATION));
  }

  @Override
  public Surrogate believing(double[] point) {
    List<double[]> more = new ArrayList<>(believed);
    more.add(point);
    return new Trees(forest, best, more);
  }
}
