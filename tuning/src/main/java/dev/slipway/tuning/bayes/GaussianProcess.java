package dev.slipway.tuning.bayes;

import java.util.Arrays;

/// A Gaussian process with a Matérn-5/2 kernel and a length scale for each axis; choices without
/// an order are alike or not, which counts as a distance of one.
///
/// Rasmussen and Williams 2006, algorithm 2.1. Losses have mean 0 and deviation 1.
final class GaussianProcess implements Surrogate {
  private static final double ROOT_FIVE = Math.sqrt(5);

  private final Shape shape;
  private final double[][] points;
  private final double[] losses;
  private final double[][] inverse; // of the upper Cholesky factor
  private final double[] weights; // K⁻¹ y

  /// What a process is like before it has seen anything.
  ///
  /// @param inverseSquares `1 / scale²` by axis
  /// @param signal variance of the function
  /// @param noise variance of an observation
  /// @param unordered axes whose values have no order
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Shape(double[] inverseSquares, double signal, double noise, boolean[] unordered) {}

  private GaussianProcess(
      Shape shape, double[][] points, double[] losses, double[][] inverse, double[] weights) {
    this.shape = shape;
    this.points = points;
    this.losses = losses;
    this.inverse = inverse;
    this.weights = weights;
  }

  /// Adds to the noise until the points can be told apart by arithmetic.
  static GaussianProcess of(Shape shape, double[][] points, double[] losses) {
    for (double noise = shape.noise; ; noise = Math.max(noise * 10, 1e-10)) {
      double[][] matrix = covariance(shape, points, noise);
      if (Triangular.decompose(matrix)) {
        double[][] inverse = Triangular.inverse(matrix);
        double[] weights = Triangular.apply(inverse, Triangular.times(losses, inverse));
        return new GaussianProcess(shape, points, losses, inverse, weights);
      }
    }
  }

  private static double[][] covariance(Shape shape, double[][] points, double noise) {
    int size = points.length;
    double[][] matrix = new double[size][size];
    for (int i = 0; i < size; i++) {
      matrix[i][i] = shape.signal + noise;
      for (int j = i + 1; j < size; j++) {
        matrix[i][j] = kernel(shape, distance(shape, points[i], points[j]));
      }
    }
    return matrix;
  }

  /// The squared distance in length scales.
  private static double distance(Shape shape, double[] left, double[] right) {
    double sum = 0;
    for (int k = 0; k < left.length; k++) {
      sum += square(shape.unordered[k], left[k] - right[k]) * shape.inverseSquares[k];
    }
    return sum;
  }

  static double square(boolean unordered, double difference) {
    if (unordered) {
      return Math.abs(difference) > 1e-9 ? 1 : 0;
    }
    return difference * difference;
  }

  private static double kernel(Shape shape, double squared) {
    double r = ROOT_FIVE * Math.sqrt(squared);
    return shape.signal * (1 + r + r * r / 3) * Math.exp(-r);
  }

  @Override
  public Guess at(double[] point) {
    double[] covariances = new double[points.length];
    for (int i = 0; i < points.length; i++) {
      covariances[i] = kernel(shape, distance(shape, point, points[i]));
    }
    double[] known = Triangular.times(covariances, inverse);
    return new Guess(
        Triangular.dot(covariances, weights, 0), deviation(Triangular.dot(known, known, 0)));
  }

  private double deviation(double known) {
    return Math.sqrt(Math.max(shape.signal - known, 1e-12 * shape.signal));
  }

  @Override
  public boolean hasGradient() {
    return true;
  }

  @Override
  public Guess at(double[] point, double[] meanGradient, double[] deviationGradient) {
    int size = points.length;
    double[] covariances = new double[size];
    double[] slopes = new double[size]; // d kernel / d squared distance
    for (int i = 0; i < size; i++) {
      double r = ROOT_FIVE * Math.sqrt(distance(shape, point, points[i]));
      double decay = shape.signal * Math.exp(-r);
      covariances[i] = decay * (1 + r + r * r / 3);
      slopes[i] = -5.0 / 6 * decay * (1 + r);
    }
    double[] known = Triangular.times(covariances, inverse);
    double[] solved = Triangular.apply(inverse, known);
    double deviation = deviation(Triangular.dot(known, known, 0));
    Arrays.fill(meanGradient, 0);
    Arrays.fill(deviationGradient, 0);
    for (int i = 0; i < size; i++) {
      double forMean = 2 * slopes[i] * weights[i];
      double forDeviation = -2 * slopes[i] * solved[i] / deviation;
      for (int k = 0; k < point.length; k++) {
        if (!shape.unordered[k]) {
          double along = (point[k] - points[i][k]) * shape.inverseSquares[k];
          meanGradient[k] += forMean * along;
          deviationGradient[k] += forDeviation * along;
        }
      }
    }
    return new Guess(Triangular.dot(covariances, weights, 0), deviation);
  }

  /// What the model expects at a point it knows is its loss less the noise it sees in it.
  @Override
  public double best() {
    double best = Double.POSITIVE_INFINITY;
    for (int i = 0; i < losses.length; i++) {
      best = Math.min(best, losses[i] - shape.noise * weights[i]);
    }
    return best;
  }

  @Override
  public GaussianProcess believing(double[] point) {
    double[][] more = Arrays.copyOf(points, points.length + 1);
    more[points.length] = point;
    double[] believed = Arrays.copyOf(losses, losses.length + 1);
    believed[losses.length] = at(point).mean();
    return of(shape, more, believed);
  }
}
