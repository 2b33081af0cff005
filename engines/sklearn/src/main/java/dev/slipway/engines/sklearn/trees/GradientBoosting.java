package dev.slipway.engines.sklearn.trees;

import dev.slipway.engines.sklearn.Estimator;
import dev.slipway.engines.sklearn.Estimators;
import dev.slipway.engines.sklearn.Frame;
import dev.slipway.engines.sklearn.Labels;
import dev.slipway.engines.sklearn.Matrix;
import dev.slipway.engines.sklearn.UnsupportedEstimatorException;
import dev.slipway.engines.sklearn.pickle.PyObject;
import dev.slipway.inference.trees.Forest;
import dev.slipway.inference.trees.ForestBuilder;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/// `GradientBoostingClassifier` and `GradientBoostingRegressor`: start values, then each stage's
/// trees times the learning rate.
record GradientBoosting(SinglePrecision input, GradientBoostingStart start, Forest forest)
    implements RawScores {
  private static final Set<String> CLASSIFIER_LOSSES =
      Set.of("log_loss", "deviance", "exponential");

  static Estimator classifier(PyObject object, Estimators readers) {
    var loss = object.text("loss", "log_loss");
    if (!CLASSIFIER_LOSSES.contains(loss)) {
      throw unknownLoss(object);
    }
    var raw = raw(object, GradientBoostingStart.classifier(object, readers));
    double slope = loss.equals("exponential") ? 2 : 1;
    var classes = Labels.of(object.array("classes_"));
    boolean zeroIsPositive = GradientBoostingStart.hasLinkedLoss(object);
    return new BoostedClassifier(raw.input.inputs(), raw, classes, slope, zeroIsPositive);
  }

  static Estimator regressor(PyObject object, Estimators readers) {
    var raw = raw(object, GradientBoostingStart.regressor(object, readers));
    return new BoostedRegressor(raw.input.inputs(), raw, false);
  }

  private static UnsupportedEstimatorException unknownLoss(PyObject object) {
    return new UnsupportedEstimatorException(
        object.type()
            + ": loss "
            + object.attributes().get("loss")
            + " is not evaluated here (expected one of: log_loss, exponential); export the model to"
            + " ONNX, or serve it with a process runtime");
  }

  private static GradientBoosting raw(PyObject object, GradientBoostingStart start) {
    int outputs = object.array("estimators_").shape()[1];
    var members = object.list("estimators_");
    var first = ForestReader.member(object, members.getFirst());
    var input = new SinglePrecision(Inputs.of(object), false);
    var forest = ForestBuilder.scalars(ForestReader.width(input), outputs);
    double rate = object.number("learning_rate");
    for (int i = 0; i < members.size(); i++) {
      var tree = i == 0 ? first : ForestReader.member(object, members.get(i));
      tree.addTo(
          forest, i % outputs, feature -> feature, node -> new double[] {rate * tree.value(node)});
    }
    return new GradientBoosting(input, start, forest.build());
  }

  @Override
  public Matrix of(Frame x) {
    var rows = input.rows(x);
    var scores = Matrix.zeros(x.rows(), forest.outputs());
    start.fill(x, rows, scores);
    forest.sumRows(rows, x.rows(), scores.values());
    return scores;
  }

  /// The frame an initial estimator sees: the values cast to float32.
  static Frame cast(Frame x, double... rows) {
    return new Frame.Dense(new Matrix(rows, x.rows(), x.columns()), x.names());
  }

  /// Fills rows with the same numbers.
  static void repeat(List<Double> row, Matrix scores) {
    int width = scores.columns();
    for (int i = 0; i < width; i++) {
      double value = row.get(i);
      if (width == 1) {
        Arrays.fill(scores.values(), value);
        return;
      }
      for (int at = i; at < scores.values().length; at += width) {
        scores.values()[at] = value;
      }
    }
  }
}
