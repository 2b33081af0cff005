package dev.slipway.engines.sklearn.linear;

import dev.slipway.engines.sklearn.Estimator;
import dev.slipway.engines.sklearn.Fields;
import dev.slipway.engines.sklearn.Fitted;
import dev.slipway.engines.sklearn.Frame;
import dev.slipway.engines.sklearn.Matrix;
import dev.slipway.engines.sklearn.ScoreClassifier;
import dev.slipway.engines.sklearn.pickle.PyObject;
import dev.slipway.inference.tensor.Tensor;

/// `RidgeClassifier`: its classes are those of the binarizer inside it.
final class RidgeClassifiers {
  private RidgeClassifiers() {}

  static Estimator read(PyObject object) {
    var map = LinearMap.of(object);
    var binarizer = object.object("_label_binarizer");
    if (binarizer.text("y_type_", "").startsWith("multilabel")) {
      return new ManyLabels(object, map);
    }
    return ScoreClassifier.deciding(object, map.inputs(), Fields.classes(binarizer), map::of);
  }

  /// Several labels a row, each there or not.
  private static final class ManyLabels extends Fitted
      implements Estimator.Predictor, Estimator.Decisions {
    private final LinearMap map;

    ManyLabels(PyObject object, LinearMap map) {
      super(object, map.inputs());
      this.map = map;
    }

    @Override
    public Matrix decisionFunction(Frame x) {
      return map.of(x);
    }

    @Override
    public Tensor predict(Frame x) {
      var scores = map.of(x);
      var there = new long[scores.values().length];
      for (int i = 0; i < there.length; i++) {
        there[i] = scores.values()[i] > 0 ? 1 : 0;
      }
      return Tensor.ofLongs("", new long[] {scores.rows(), scores.columns()}, there);
    }
  }
}
