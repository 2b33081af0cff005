package dev.slipway.engines.sklearn.bayes;

import dev.slipway.engines.sklearn.Fields;
import dev.slipway.engines.sklearn.Frame;
import dev.slipway.engines.sklearn.Matrix;
import dev.slipway.engines.sklearn.Vectors;
import dev.slipway.engines.sklearn.pickle.PyObject;
import java.util.ArrayList;
import java.util.List;

/// Log posteriors of quadratic discriminant analysis: `log p(c) - (log|S| + (x-m)ᵀ S⁻¹ (x-m)) / 2`
/// with each covariance `S` as its axes and their lengths (Hastie et al., equation 4.12).
final class QuadraticForms {
  private final Matrix means;
  private final List<Matrix> axes = new ArrayList<>();
  private final double[] offsets;

  QuadraticForms(PyObject object) {
    this.means = Fields.matrix(object, "means_");
    this.offsets = object.doubles("priors_").clone();
    var rotations = Fields.matrices(object, "rotations_");
    var scalings = Fields.vectors(object, "scalings_");
    for (int i = 0; i < offsets.length; i++) {
      offsets[i] = Math.log(offsets[i]);
      var scaled = rotations.get(i).transposed();
      for (int axis = 0; axis < scaled.rows(); axis++) {
        double length = scalings.get(i)[axis];
        offsets[i] -= Math.log(length) / 2;
        for (int j = 0; j < scaled.columns(); j++) {
          scaled.values()[axis * scaled.columns() + j] /= Math.sqrt(length);
        }
      }
      axes.add(scaled);
    }
  }

  int features() {
    return means.columns();
  }

  /// @return `[rows, classes]`
  Matrix of(Frame frame) {
    var x = frame.matrix();
    var target = Matrix.zeros(x.rows(), offsets.length);
    for (int i = 0; i < offsets.length; i++) {
      var projected = Vectors.timesTransposed(Vectors.centred(x, means.row(i)), axes.get(i));
      int width = projected.columns();
      for (int row = 0; row < x.rows(); row++) {
        double square =
            Vectors.dot(projected.values(), row * width, projected.values(), row * width, width);
        target.values()[row * offsets.length + i] = offsets[i] - square / 2;
      }
    }
    return target;
  }

  /// @return `[rows, 1]`: the second of two classes less the first
  Matrix difference(Frame x) {
    var both = of(x);
    var target = Matrix.zeros(both.rows(), 1);
    for (int row = 0; row < both.rows(); row++) {
      target.values()[row] = both.at(row, 1) - both.at(row, 0);
    }
    return target;
  }
}
