package dev.slipway.engines.sklearn.meta;

import dev.slipway.engines.sklearn.Estimator;
import dev.slipway.engines.sklearn.Estimators;
import dev.slipway.engines.sklearn.Frame;
import dev.slipway.engines.sklearn.pickle.PyObject;
import dev.slipway.engines.sklearn.trees.Columns;
import dev.slipway.engines.sklearn.trees.Inputs;
import dev.slipway.inference.tensor.Tensor;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/// `AdaBoostRegressor`: the weighted median of what the members predict.
final class WeightedMedian {
  private final List<Estimator.Predictor> members;
  private final double[] weights;

  private WeightedMedian(List<Estimator.Predictor> members, double... weights) {
    this.members = members;
    this.weights = weights;
  }

  static Estimator regressor(PyObject object, Estimators readers) {
    var members = Members.of(object, "estimators_", readers, Estimator.Predictor.class);
    var median = new WeightedMedian(members, object.doubles("estimator_weights_"));
    return new MetaRegressor(Inputs.of(object), median::predict);
  }

  private Tensor predict(Frame x) {
    var predictions = members.stream().map(member -> member.predict(x).asDoubles()).toList();
    var medians = new double[x.rows()];
    for (int row = 0; row < medians.length; row++) {
      medians[row] = median(predictions, row);
    }
    return Columns.values(medians, medians.length, 1);
  }

  /// The least prediction at which the weights reach half of their sum.
  private double median(List<double[]> predictions, int row) {
    int[] order =
        IntStream.range(0, predictions.size())
            .boxed()
            .sorted(Comparator.comparingDouble(member -> predictions.get(member)[row]))
            .mapToInt(Integer::intValue)
            .toArray();
    double total = 0;
    for (int member : order) {
      total += weights[member];
    }
    double sum = 0;
    for (int member : order) {
      sum += weights[member];
      if (sum >= 0.5 * total) {
        return predictions.get(member)[row];
      }
    }
    return predictions.get(order[0])[row];
  }
}
