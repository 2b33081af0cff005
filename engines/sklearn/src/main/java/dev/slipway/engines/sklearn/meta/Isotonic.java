package dev.slipway.engines.sklearn.meta;

import dev.slipway.engines.sklearn.Estimator;
import dev.slipway.engines.sklearn.Estimators;
import dev.slipway.engines.sklearn.Frame;
import dev.slipway.engines.sklearn.Matrix;
import dev.slipway.engines.sklearn.UnsupportedEstimatorException;
import dev.slipway.engines.sklearn.pickle.PyObject;
import dev.slipway.engines.sklearn.trees.Columns;
import dev.slipway.engines.sklearn.trees.Inputs;
import dev.slipway.inference.engine.InvalidInputException;
import dev.slipway.inference.tensor.Tensor;
import java.util.Arrays;

/// `IsotonicRegression`: straight lines between the thresholds.
final class Isotonic implements Estimator.Predictor, Estimator.Transformer {
  private final Inputs inputs;
  private final double[] x;
  private final double[] y;
  private final String outOfBounds;
  private final boolean singlePrecision;

  Isotonic(PyObject object) {
    inputs = Inputs.of(object);
    boolean newer = object.has("X_thresholds_");
    var thresholds = object.array(newer ? "X_thresholds_" : "_necessary_X_");
    x = thresholds.doubles();
    y = object.doubles(newer ? "y_thresholds_" : "_necessary_y_");
    outOfBounds = object.text("out_of_bounds", "nan");
    singlePrecision = thresholds.dtype().equals("f4");
    if (x.length == 0 || x.length != y.length) {
      throw new UnsupportedEstimatorException(
          object.type() + ": " + x.length + " X_thresholds_, " + y.length + " y_thresholds_");
    }
  }

  static Estimator read(PyObject object, Estimators readers) {
    return new Isotonic(object);
  }

  @Override
  public int features() {
    return 1;
  }

  @Override
  public Tensor predict(Frame frame) {
    inputs.check(frame);
    var values = frame.matrix().values();
    return Columns.values(Arrays.stream(values).map(this::at).toArray(), values.length, 1);
  }

  @Override
  public Frame transform(Frame frame) {
    var values = predict(frame).doubles();
    return new Frame.Dense(new Matrix(values, values.length, 1));
  }

  double at(double given) {
    double value = singlePrecision ? (float) given : given;
    int last = x.length - 1;
    if (x.length == 1) {
      return y[0];
    }
    if (value < x[0] || value > x[last]) {
      return outside(value);
    }
    int found = Arrays.binarySearch(x, value);
    int low = Math.min(found >= 0 ? found : -found - 2, last - 1);
    double slope = (y[low + 1] - y[low]) / (x[low + 1] - x[low]);
    double result = found >= 0 ? y[found] : slope * (value - x[low]) + y[low];
    return singlePrecision ? (float) result : result;
  }

  private double outside(double value) {
    return switch (outOfBounds) {
      case "clip" -> value < x[0] ? y[0] : y[y.length - 1];
      case "raise" ->
          throw new InvalidInputException(
              "IsotonicRegression takes values from "
                  + x[0]
                  + " to "
                  + x[x.length - 1]
                  + ", found "
                  + value);
      default -> Double.NaN;
    };
  }
}
