package dev.slipway.engines.sklearn.trees;

import dev.slipway.engines.sklearn.Estimator;
import dev.slipway.engines.sklearn.Estimators;
import dev.slipway.engines.sklearn.Frame;
import dev.slipway.engines.sklearn.Labels;
import dev.slipway.engines.sklearn.Matrix;
import dev.slipway.engines.sklearn.UnsupportedEstimatorException;
import dev.slipway.engines.sklearn.pickle.NdArray;
import dev.slipway.engines.sklearn.pickle.PyObject;
import dev.slipway.engines.sklearn.pickle.PyTuple;
import dev.slipway.inference.trees.Forest;
import dev.slipway.inference.trees.ForestBuilder;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// `HistGradientBoostingClassifier` and `HistGradientBoostingRegressor`: a baseline, then one tree
/// an iteration and output. Compares in float64; NaN and categories never seen in training go where
/// the split says.
///
/// @param baseline `_baseline_prediction`, a number an output
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
record HistGradientBoosting(Inputs inputs, HistColumns columns, double[] baseline, Forest forest)
    implements RawScores {
  private static final Map<String, Boolean> EXPONENTIAL =
      Map.ofEntries(
          Map.entry("squared_error", false),
          Map.entry("least_squares", false),
          Map.entry("absolute_error", false),
          Map.entry("least_absolute_deviation", false),
          Map.entry("quantile", false),
          Map.entry("poisson", true),
          Map.entry("gamma", true));

  static Estimator classifier(PyObject object, Estimators readers) {
    if (!(object.attributes().get("loss") instanceof String)) {
      throw unknownLoss(object);
    }
    var raw = read(object);
    var classes = Labels.of(object.array("classes_"));
    return new BoostedClassifier(raw.inputs, raw, classes, 1, false);
  }

  static Estimator regressor(PyObject object, Estimators readers) {
    var exponential = EXPONENTIAL.get(object.text("loss", ""));
    if (exponential == null) {
      throw unknownLoss(object);
    }
    var raw = read(object);
    return new BoostedRegressor(raw.inputs, raw, exponential);
  }

  private static UnsupportedEstimatorException unknownLoss(PyObject object) {
    return new UnsupportedEstimatorException(
        object.type()
            + ": loss "
            + object.attributes().get("loss")
            + " is not evaluated here (expected one of: "
            + String.join(", ", EXPONENTIAL.keySet().stream().sorted().toList())
            + "); export the model to ONNX, or serve it with a process runtime");
  }

  private static HistGradientBoosting read(PyObject object) {
    var columns = HistColumns.of(object);
    var iterations = new ArrayList<Collection<?>>();
    for (var iteration : object.list("_predictors")) {
      iterations.add(items(iteration));
    }
    int outputs = iterations.isEmpty() ? 1 : iterations.getFirst().size();
    var inputs = Inputs.of(object);
    var forest = ForestBuilder.scalars(inputs.features(), outputs);
    for (var iteration : iterations) {
      int output = 0;
      for (var predictor : iteration) {
        HistNodes.of(object, predictor).addTo(forest, output++);
      }
    }
    return new HistGradientBoosting(inputs, columns, baseline(object, outputs), forest.build());
  }

  private static Collection<?> items(@Nullable Object iteration) {
    return switch (iteration) {
      case Collection<?> list -> list;
      case PyTuple tuple -> tuple.values();
      case null, default ->
          throw new UnsupportedEstimatorException(
              "_predictors should be lists of trees, found " + iteration);
    };
  }

  private static double[] baseline(PyObject object, int outputs) {
    if (object.value("_baseline_prediction") instanceof NdArray array && array.size() == outputs) {
      return array.doubles();
    }
    return new double[] {object.number("_baseline_prediction")};
  }

  @Override
  public Matrix of(Frame x) {
    var rows = columns.rows(inputs, x);
    var scores = Matrix.zeros(x.rows(), forest.outputs());
    for (int i = 0; i < scores.values().length; i++) {
      scores.values()[i] = baseline[i % baseline.length];
    }
    forest.sumRows(rows, x.rows(), scores.values());
    return scores;
  }
}
