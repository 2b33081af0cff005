package dev.slipway.engines.sklearn.linear;

import dev.slipway.engines.sklearn.Fields;
import dev.slipway.engines.sklearn.Frame;
import dev.slipway.engines.sklearn.Matrix;
import dev.slipway.engines.sklearn.UnsupportedEstimatorException;
import dev.slipway.engines.sklearn.Vectors;
import dev.slipway.engines.sklearn.pickle.PyObject;

/// `x Aᵀ + b`.
public final class LinearMap {
  private final double[] coefficients;
  private final double[] offsets;
  private final int outputs;
  private final int inputs;

  /// @param coefficients `[outputs, inputs]`
  /// @param offsets one an output, or one for all
  public LinearMap(Matrix coefficients, double... offsets) {
    this.coefficients = coefficients.values();
    this.outputs = coefficients.rows();
    this.inputs = coefficients.columns();
    this.offsets = spread(offsets, outputs);
  }

  private static double[] spread(double[] offsets, int outputs) {
    if (offsets.length != 1 && offsets.length != outputs) {
      throw new UnsupportedEstimatorException(
          outputs + " rows of coefficients with " + offsets.length + " intercepts");
    }
    var all = new double[outputs];
    for (int i = 0; i < outputs; i++) {
      all[i] = offsets[offsets.length == 1 ? 0 : i];
    }
    return all;
  }

  /// `coef_` and `intercept_`.
  public static LinearMap of(PyObject object) {
    return new LinearMap(Fields.matrix(object, "coef_"), Fields.vector(object, "intercept_"));
  }

  public int inputs() {
    return inputs;
  }

  public int outputs() {
    return outputs;
  }

  /// @return `[rows, outputs]`
  public Matrix of(Frame x) {
    return x instanceof Frame.Sparse sparse ? ofSparse(sparse) : of(x.matrix());
  }

  public Matrix of(Matrix x) {
    var target = new double[x.rows() * outputs];
    int at = 0;
    for (int row = 0; row < x.rows(); row++) {
      for (int output = 0; output < outputs; output++) {
        target[at++] =
            Vectors.dot(x.values(), row * inputs, coefficients, output * inputs, inputs)
                + offsets[output];
      }
    }
    return new Matrix(target, x.rows(), outputs);
  }

  private Matrix ofSparse(Frame.Sparse x) {
    var target = new double[x.rows() * outputs];
    for (int row = 0; row < x.rows(); row++) {
      for (int output = 0; output < outputs; output++) {
        double sum = 0;
        for (int i = x.starts()[row]; i < x.starts()[row + 1]; i++) {
          sum += x.values()[i] * coefficients[output * inputs + x.indexes()[i]];
        }
        target[row * outputs + output] = sum + offsets[output];
      }
    }
    return new Matrix(target, x.rows(), outputs);
  }
}
