package dev.slipway.tuning.bayes;

import dev.slipway.tuning.bayes.GaussianProcess.Shape;
import java.util.Arrays;

/// Finds the most probable shape of a Gaussian process: likelihood of the losses (Rasmussen and
/// Williams 2006, equations 5.8 and 5.9) times priors, by its gradient, over logarithms.
///
/// Priors, as Optuna's GPSampler has them: scales near the cube's width (`0.1 (s² + 1/s²)` against
/// them), the signal's variance near 1 (gamma 2, 1), and noise that need not be there (gamma
/// 1.1, 30).
final class ProcessFit {
  static final double LEAST_NOISE = 1e-8;
  private static final double SETTLED = 1e-4;
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

  /// Where every fit begins: scales as long as the cube.
  double[] start() {
    double[] start = new double[axes + 2];
    start[axes + 1] = -9;
    return start;
  }

  /// Where a fit begins that is to see structure rather than noise: shorter scales, hardly noise.
  double[] exactStart() {
    double[] start = new double[axes + 2];
    Arrays.fill(start, 0, axes, Math.log(0.4));
    start[axes + 1] = -14;
    return start;
  }

  /// Goes on from `logs`, which is overwritten.
  Fitted fit(double[] logs, int mostEvaluations) {
    double best =
        new Lbfgs(-20, 8, mostEvaluations, 0.8, SETTLED)
            .minimize(this::negativeEvidence, logs, new boolean[axes + 2]);
    return new Fitted(shape(logs), -best);
  }

  private Shape shape(double[] logs) {
    double[] inverseSquares = new double[axes];
    Arrays.setAll(inverseSquares, k -> Math.exp(-2 * Math.clamp(logs[k], SHORTEST, LONGEST)));
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
    double[][] transposed = Triangular.transposed(inverse);
    double[] half = Triangular.timesUpper(losses, inverse);
    double[] weights = Triangular.timesLower(half, transposed);
    double evidence = -0.5 * Triangular.dot(half, half);
    for (int i = 0; i < size; i++) {
      evidence -= Math.log(matrix[i][i]);
    }
    gradient(shape, Triangular.squared(inverse, transposed), weights, slopes, gradient);
    gradient[axes + 1] *= Math.exp(logs[axes + 1]);
    return -(evidence + priors(logs, gradient));
  }

  private void covariance(Shape shape, double[][] matrix, double[] slopes) {
    int size = points.length;
    double[] roots = new double[slopes.length];
    for (int k = 0; k < axes; k++) {
      double factor = 5 * shape.inverseSquares()[k];
      double[] along = squares[k];
      for (int at = 0; at < roots.length; at++) {
        roots[at] += factor * along[at];
      }
    }
    for (int at = 0; at < roots.length; at++) {
      roots[at] = Math.sqrt(roots[at]);
    }
    int at = 0;
    for (int i = 0; i < size; i++) {
      matrix[i][i] = shape.signal() + shape.noise();
      for (int j = i + 1; j < size; j++, at++) {
        double r = roots[at];
        double decay = shape.signal() * Math.exp(-r);
        matrix[i][j] = decay * (1 + r + r * r / 3);
        slopes[at] = 5.0 / 3 * decay * (1 + r); // d kernel / d log scale = this * square / scale²
      }
    }
  }

  /// The negative gradient of the likelihood, the last one by the noise itself.
  private void gradient(
      Shape shape, double[][] precision, double[] weights, double[] slopes, double[] gradient) {
    int size = points.length;
    double[] sensitivity = new double[slopes.length]; // ∂ evidence / ∂ K_ij, both halves
    double trace = 0;
    int at = 0;
    for (int i = 0; i < size; i++) {
      double[] row = precision[i];
      double weight = weights[i];
      trace += weight * weight - row[i];
      for (int j = i + 1; j < size; j++, at++) {
        sensitivity[at] = (weight * weights[j] - row[j]) * slopes[at];
      }
    }
    for (int k = 0; k < axes; k++) {
      gradient[k] = -Triangular.dot(sensitivity, squares[k]) * shape.inverseSquares()[k];
    }
    // K scales with signal and noise together: yᵀK⁻¹y - n = trace of the whole over both.
    double whole = Triangular.dot(weights, losses) - size;
    gradient[axes] = -0.5 * (whole - trace * shape.noise());
    gradient[axes + 1] = -0.5 * trace;
  }

  private double priors(double[] logs, double[] gradient) {
    double sum = 0;
    for (int k = 0; k < axes; k++) {
      double square = Math.exp(2 * logs[k]);
      sum -= 0.1 * square + 0.1 / square;
      gradient[k] += 0.2 * square - 0.2 / square;
    }
    double signal = Math.exp(logs[axes]);
    double noise = Math.exp(logs[axes + 1]);
    sum += logs[axes] - signal + 0.1 * logs[axes + 1] - 30 * noise;
    gradient[axes] += signal - 1;
    gradient[axes + 1] += 30 * noise - 0.1;
    return sum;
  }
}
