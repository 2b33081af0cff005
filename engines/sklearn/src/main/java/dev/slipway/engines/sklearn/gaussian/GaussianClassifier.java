package dev.slipway.engines.sklearn.gaussian;

import dev.slipway.engines.sklearn.Estimator;
import dev.slipway.engines.sklearn.Fields;
import dev.slipway.engines.sklearn.Fitted;
import dev.slipway.engines.sklearn.Frame;
import dev.slipway.engines.sklearn.Labels;
import dev.slipway.engines.sklearn.Matrix;
import dev.slipway.engines.sklearn.UnsupportedEstimatorException;
import dev.slipway.engines.sklearn.Vectors;
import dev.slipway.engines.sklearn.pickle.PyObject;
import dev.slipway.inference.tensor.Tensor;

/// A Gaussian process that tells two classes apart, by Laplace's approximation.
final class GaussianClassifier extends Fitted
    implements Estimator.Classes, Estimator.Probabilities {
  /// The logistic function as a sum of error functions (Williams and Barber 1998, appendix A).
  private static final double[] SLOPES = {0.41, 0.4, 0.37, 0.44, 0.39};

  private static final double[] SHARES = {
    -1854.8214151, 3516.89893646, 221.29346712, 128.12323805, -2010.49422654
  };

  private final Matrix train;
  private final Covariance kernel;
  private final Labels classes;
  private final double[] gaps; // y - pi
  private final double[] roots; // of W
  private final Matrix lower; // L

  GaussianClassifier(PyObject object) {
    super(object, Fields.matrix(object, "X_train_").columns());
    train = Fields.matrix(object, "X_train_");
    kernel = Covariance.of(object.object("kernel_"));
    classes = Fields.classes(object);
    gaps = object.doubles("y_train_").clone();
    var shares = object.doubles("pi_");
    roots = object.doubles("W_sr_");
    lower = Fields.matrix(object, "L_");
    int rows = train.rows();
    if (gaps.length != rows
        || shares.length != rows
        || roots.length != rows
        || lower.rows() != rows
        || lower.columns() != rows
        || classes.count() != 2) {
      throw new UnsupportedEstimatorException(
          object.type() + ": attributes do not fit " + rows + " rows of X_train_");
    }
    for (int i = 0; i < rows; i++) {
      gaps[i] -= shares[i];
    }
  }

  @Override
  public Labels classes() {
    return classes;
  }

  @Override
  public Tensor predict(Frame x) {
    var means = means(kernel.between(x.matrix(), train));
    var chosen = new int[means.length];
    for (int row = 0; row < chosen.length; row++) {
      chosen[row] = means[row] > 0 ? 1 : 0;
    }
    return classes.at(chosen);
  }

  private double[] means(Matrix shared) {
    return Vectors.timesTransposed(shared, new Matrix(gaps, 1, gaps.length)).values();
  }

  @Override
  public Matrix predictProba(Frame x) {
    var rows = x.matrix();
    var shared = kernel.between(rows, train);
    var means = means(shared);
    var shares = Matrix.zeros(rows.rows(), 2);
    for (int row = 0; row < means.length; row++) {
      var own = rows.row(row);
      double variance = kernel.of(own, own, true) - explained(shared.row(row));
      double second = integral(means[row], variance);
      shares.values()[2 * row] = 1 - second;
      shares.values()[2 * row + 1] = second;
    }
    return shares;
  }

  /// The squared length of `v` in `L v = W^(1/2) k`, by forward substitution.
  private double explained(double... shared) {
    double sum = 0;
    int size = shared.length;
    for (int i = 0; i < size; i++) {
      double rest = roots[i] * shared[i] - Vectors.dot(lower.values(), i * size, shared, 0, i);
      shared[i] = rest / lower.at(i, i);
      sum += shared[i] * shared[i];
    }
    return sum;
  }

  private static double integral(double mean, double variance) {
    double alpha = 1 / (2 * variance);
    double total = 0;
    double shares = 0;
    for (int i = 0; i < SLOPES.length; i++) {
      double slope = SLOPES[i];
      double bent = slope * mean * Math.sqrt(alpha / (alpha + slope * slope));
      double width = Math.sqrt(Math.PI / alpha) / (2 * Math.sqrt(variance * 2 * Math.PI));
      total += SHARES[i] * width * erf(bent);
      shares += SHARES[i];
    }
    return total + 0.5 * shares;
  }

  /// The error function by its series of positive terms (Abramowitz and Stegun 7.1.6).
  private static double erf(double x) {
    if (Math.abs(x) > 6) {
      return Math.signum(x);
    }
    double term = x;
    double sum = x;
    for (int n = 1; Math.abs(term) > Math.ulp(sum) / 4; n++) {
      term *= 2 * x * x / (2 * n + 1);
      sum += term;
    }
    return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;
  }
}
