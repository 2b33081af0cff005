package dev.slipway.tuning.bayes;

import dev.slipway.tuning.bayes.GaussianProcess.Shape;
import java.util.Arrays;

/// Finds the most probable shape of a Gaussian process: likelihood of the losses (Rasmussen and
/// Williams 2006, equations 5.8 and 5.9) times priors, by its gradient, over logarithms.
///
/// Priors: length scales log-normal around `e^√2 √d / 4` of the cube (the dimension-scaled prior of
/// Hvarfner et al. 2024, shortened for few dimensions), the signal's variance log-normal around 1,
/// the noise's around `e⁻⁹`: objectives are nearly exact unless they show otherwise.
final class ProcessFit {
  static final double LEAST_NOISE = 1e-8;
  private static final double ROOT_FIVE = Math.sqrt(5);
  private static final double LONGEST = Math.log(40);
  private static final double SHORTEST = Math.log(0.01);

  private final double[][] points;
  private final boolean[] unordered;
  private final int axes;
  private final double[][] squares; // by axis, the upper triangle row by row
  private final double[] losses;

  ProcessFit(double[][] points, double[] losses, boolean[] unordered) {
    this.points = points;
    this.losses = losses;
    this.unordered = unordered;
    this.axes = unordered.length;
    int size = points.length;
    squares = new double[axes][size * (size - 1) / 2];
    int at = 0;
    for (int i = 0; i < size; i++) {
      for (int j = i + 1; j < size; j++, at++) {
        for (int k = 0; k < axes; k++) {
          squares[k][at] = GaussianProcess.square(unordered[k], points[i][k] - points[j][k]);
        }
      }
    }
  }

  /// A fitted shape and how probable it is, as a logarithm up to a constant.
  record Fitted(Shape shape, double evidence) {}

  Fitted fit(int mostEvaluations) {
    double[] start = new double[axes + 2];
    Arrays.fill(start, 0, axes, Math.log(0.5));
    start[axes] = 0;
    start[axes + 1] = -9;
    double best =
        new Lbfgs(-20, 8, mostEvaluations, 0.8)
            .minimize(this::negativeEvidence, start, new boolean[axes + 2]);
    return new Fitted(shape(start), -best);
  }

  private Shape shape(double[] logs) {
    double[] inverseSquares = new double[axes];
    Arrays.setAll(
        inverseSquares, k -> Math.exp(-2 * Math.clamp(logs[k], SHORTEST, LONGEST)));
    return new Shape(
        inverseSquares, Math.exp(logs[axes]), LEAST_NOISE + Math.exp(logs[axes + 1]), unordered);
  }

  private double negativeEvidence(double[] logs, double[] gradient) {
    Shape shape = shape(logs);
    int size = points.length;
    double[][] matrix = new double[size][size];
    double[] slopes = new double[size * (size - 1) / 2];
    covariance(shape, matrix, slopes);
    if (!Triangular.decompose(matrix)) {
      return Double.NaN;
    }
    double[][] inverse = Triangular.inverse(matrix);
    double[] half = Triangular.times(losses, inverse);
    double[] weights = Triangular.apply(inverse, half);
    double evidence = -0.5 * Triangular.dot(half, half, 0);
    for (int i = 0; i < size; i++) {
      evidence -= Math.log(matrix[i][i]);
    }
    gradient(shape, inverse, weights, slopes, gradient);
    gradient[axes + 1] *= Math.exp(logs[axes + 1]);
    return -(evidence + priors(logs, gradient));
  }

  private void covariance(Shape shape, double[][] matrix, double[] slopes) {
    int size = points.length;
    double[] squared = new double[slopes.length];
    for (int k = 0; k < axes; k++) {
      double factor = shape.inverseSquares()[k];
      double[] along = squares[k];
      for (int at = 0; at < squared.length; at++) {
        squared[at] += factor * along[at];
      }
    }
    int at = 0;
    for (int i = 0; i < size; i++) {
      matrix[i][i] = shape.signal() + shape.noise();
      for (int j = i + 1; j < size; j++, at++) {
        double r = ROOT_FIVE * Math.sqrt(squared[at]);
        double decay = shape.signal() * Math.exp(-r);
        matrix[i][j] = decay * (1 + r + r * r / 3);
        slopes[at] = 5.0 / 3 * decay * (1 + r); // d kernel / d log scale = this * square / scale²
      }
    }
  }

  /// The negative gradient of the likelihood, the last one by the noise itself.
  private void gradient(
      Shape shape, double[][] inverse, double[] weights, double[] slopes, double[] gradient) {
    int size = points.length;
    double[] sensitivity = new double[slopes.length]; // ∂ evidence / ∂ K_ij, both halves
    double trace = 0;
    int at = 0;
    for (int i = 0; i < size; i++) {
      trace += weights[i] * weights[i] - Triangular.dot(inverse[i], inverse[i], i);
      for (int j = i + 1; j < size; j++, at++) {
        sensitivity[at] =
            (weights[i] * weights[j] - Triangular.dot(inverse[i], inverse[j], j)) * slopes[at];
      }
    }
    for (int k = 0; k < axes; k++) {
      gradient[k] = -Triangular.dot(sensitivity, squares[k], 0) * shape.inverseSquares()[k];
    }
    // K scales with signal and noise together: yᵀK⁻¹y - n = trace of the whole over both.
    double whole = Triangular.dot(weights, losses, 0) - size;
    gradient[axes] = -0.5 * (whole - trace * shape.noise());
    gradient[axes + 1] = -0.5 * trace;
  }

  private double priors(double[] logs, double[] gradient) {
    double sum = 0;
    double scale = Math.log(0.25) + Math.sqrt(2) + 0.5 * Math.log(axes);
    for (int k = 0; k < axes; k++) {
      sum += prior(logs, k, scale, 1.2, gradient);
    }
    sum += prior(logs, axes, 0.0, 1.5, gradient);
    return sum + prior(logs, axes + 1, -9, 3, gradient);
  }

  private static double prior(
      double[] logs, int at, double mean, double deviation, double[] gradient) {
    double off = (logs[at] - mean) / deviation;
    gradient[at] += off / deviation;
    return -0.5 * off * off;
  }
}
