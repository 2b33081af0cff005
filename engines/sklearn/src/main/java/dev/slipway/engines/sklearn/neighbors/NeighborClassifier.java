package dev.slipway.engines.sklearn.neighbors;

import dev.slipway.engines.sklearn.Estimator;
import dev.slipway.engines.sklearn.Fields;
import dev.slipway.engines.sklearn.Fitted;
import dev.slipway.engines.sklearn.Frame;
import dev.slipway.engines.sklearn.Labels;
import dev.slipway.engines.sklearn.Matrix;
import dev.slipway.engines.sklearn.Vectors;
import dev.slipway.engines.sklearn.pickle.PyObject;
import dev.slipway.inference.engine.InvalidInputException;
import dev.slipway.inference.tensor.Tensor;
import java.util.List;

/// `KNeighborsClassifier` and `RadiusNeighborsClassifier` with one output.
final class NeighborClassifier extends Fitted
    implements Estimator.Classes, Estimator.Probabilities {
  private final Votes votes;
  private final Labels classes;
  private final int[] labels;
  private final int outlier;
  private final boolean zeroRowsAllowed;

  NeighborClassifier(PyObject object, boolean byRadius) {
    super(object, -1);
    this.votes = new Votes(object, byRadius);
    this.classes = Fields.classes(object);
    this.labels = object.array("_y").integers();
    this.zeroRowsAllowed = object.has("outlier_label_");
    this.outlier = zeroRowsAllowed ? outlier(object) : -1;
  }

  /// The position of the label for rows without neighbours; -1 if it is no class.
  private static int outlier(PyObject object) {
    var label = object.value("outlier_label_") instanceof List<?> all ? all.getFirst() : null;
    var classes = object.array("classes_");
    var known =
        switch (classes.storage()) {
          case long[] values -> java.util.Arrays.stream(values).boxed().toList();
          case double[] values -> java.util.Arrays.stream(values).boxed().toList();
          case Object[] values -> List.of(values);
          default -> List.of();
        };
    return known.indexOf(label);
  }

  @Override
  public int features() {
    return votes.features();
  }

  @Override
  public Labels classes() {
    return classes;
  }

  @Override
  public Tensor predict(Frame x) {
    var shares = shares(x, false);
    var indexes = Vectors.argmax(shares);
    for (int row = 0; row < indexes.length; row++) {
      boolean alone = shares.at(row, indexes[row]) == 0;
      if (alone && outlier < 0) {
        throw new InvalidInputException(
            "row " + row + " has no neighbors, and the label for outliers is none of the classes");
      }
      indexes[row] = alone ? outlier : indexes[row];
    }
    return classes.at(indexes);
  }

  @Override
  public Matrix predictProba(Frame x) {
    return shares(x, true);
  }

  /// @param divided whether votes are divided by their sum
  private Matrix shares(Frame frame, boolean divided) {
    var x = frame.matrix();
    int count = classes.count();
    var target = Matrix.zeros(x.rows(), count);
    for (int row = 0; row < x.rows(); row++) {
      var found = votes.of(x, row);
      if (found.rows().length == 0) {
        alone(target, row);
        continue;
      }
      var weights = votes.weights(found);
      double sum = 0;
      for (int i = 0; i < weights.length; i++) {
        target.values()[row * count + labels[found.rows()[i]]] += weights[i];
        sum += weights[i];
      }
      for (int i = 0; divided && i < count; i++) {
        target.values()[row * count + i] /= sum;
      }
    }
    return target;
  }

  private void alone(Matrix target, int row) {
    if (!zeroRowsAllowed) {
      throw new InvalidInputException(
          "No neighbors found for test samples ["
              + row
              + "], you can try using larger radius, giving a label for outliers, or considering"
              + " removing them from your dataset.");
    }
    if (outlier >= 0) {
      target.values()[row * classes.count() + outlier] = 1;
    }
  }

  static Estimator read(PyObject object, boolean byRadius) {
    return object.truth("outputs_2d_", false)
        ? new NeighborOutputs(object, byRadius)
        : new NeighborClassifier(object, byRadius);
  }
}
