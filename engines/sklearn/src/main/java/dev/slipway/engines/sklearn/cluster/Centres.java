package dev.slipway.engines.sklearn.cluster;

import dev.slipway.engines.sklearn.Estimator;
import dev.slipway.engines.sklearn.Fitted;
import dev.slipway.engines.sklearn.Frame;
import dev.slipway.engines.sklearn.Matrix;
import dev.slipway.engines.sklearn.Vectors;
import dev.slipway.engines.sklearn.pickle.PyObject;
import dev.slipway.inference.tensor.DataType;
import dev.slipway.inference.tensor.Tensor;

/// Clusters with centres: a row belongs to the nearest.
class Centres extends Fitted implements Estimator.Predictor {
  private final Matrix centres;
  private final int[] labels;
  private final boolean narrow;

  /// @param labels one a centre; empty where a centre's position is its label
  /// @param narrow whether labels are 32 bits wide
  Centres(PyObject object, Matrix centres, int[] labels, boolean narrow) {
    super(object, centres.columns());
    this.centres = centres;
    this.labels = labels;
    this.narrow = narrow;
  }

  /// With `transform`, which gives the distances to all centres.
  static Estimator measuring(PyObject object, Matrix centres, int[] labels, boolean narrow) {
    return new Measuring(object, centres, labels, narrow);
  }

  Matrix squares(Frame frame) {
    var x = frame.matrix();
    int width = x.columns();
    var target = Matrix.zeros(x.rows(), centres.rows());
    int at = 0;
    for (int row = 0; row < x.rows(); row++) {
      for (int i = 0; i < centres.rows(); i++) {
        target.values()[at++] =
            Vectors.squaredDistance(x.values(), row * width, centres.values(), i * width, width);
      }
    }
    return target;
  }

  @Override
  public Tensor predict(Frame x) {
    return numbers(named(Vectors.argmin(squares(x))), narrow);
  }

  private int[] named(int... nearest) {
    if (labels.length > 0) {
      for (int i = 0; i < nearest.length; i++) {
        nearest[i] = labels[nearest[i]];
      }
    }
    return nearest;
  }

  static Tensor numbers(int[] values, boolean narrow) {
    var shape = new long[] {values.length};
    if (narrow) {
      return Tensor.of("", DataType.INT32, shape, values);
    }
    var wide = new long[values.length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = values[i];
    }
    return Tensor.ofLongs("", shape, wide);
  }

  private static final class Measuring extends Centres implements Transformer {
    Measuring(PyObject object, Matrix centres, int[] labels, boolean narrow) {
      super(object, centres, labels, narrow);
    }

    @Override
    public Frame transform(Frame x) {
      var distances = squares(x);
      for (int i = 0; i < distances.values().length; i++) {
        distances.values()[i] = Math.sqrt(distances.values()[i]);
      }
      return new Frame.Dense(distances);
    }
  }
}
