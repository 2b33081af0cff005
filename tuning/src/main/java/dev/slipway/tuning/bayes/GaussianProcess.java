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
  private final double[][] places; // by axis
  private final double[] losses;
  private final double[][] inverse; // of the upper Cholesky factor
  private final double[][] transposed; // of that
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
    this.transposed = Triangular.transposed(inverse);
    this.weights = weights;
    this.places = new double[shape.inverseSquares.length][points.length];
    for (int i = 0; i < points.length; i++) {
      for (int k = 0; k < places.length; k++) {
        places[k][i] = points[i][k];
      }
    }
  }

  /// Adds to the noise until the points can be told apart by arithmetic.
  static GaussianProcess of(Shape shape, double[][] points, double[] losses) {
    for (double noise = shape.noise; ; noise = Math.max(noise * 10, 1e-10)) {
      double[][] matrix = covariance(shape, points, noise);
      if (Triangular.decompose(matrix)) {
        double[][] inverse = Triangular.inverse(matrix);
        double[] half = Triangular.timesUpper(losses, inverse);
        double[] weights = Triangular.timesLower(half, Triangular.transposed(inverse));
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

  /// `√5` times the distances to the known points, in length scales.
  private double[] distances(double[] point) {
    double[] distances = new double[points.length];
    for (int k = 0; k < places.length; k++) {
      double here = point[k];
      double factor = 5 * shape.inverseSquares[k];
      double[] along = places[k];
      if (shape.unordered[k]) {
        for (int i = 0; i < distances.length; i++) {
          distances[i] += factor * square(true, here - along[i]);
        }
      } else {
        for (int i = 0; i < distances.length; i++) {
          distances[i] += factor * (here - along[i]) * (here - along[i]);
        }
      }
    }
    for (int i = 0; i < distances.length; i++) {
      distances[i] = Math.sqrt(distances[i]);
    }
    return distances;
  }

  @Override
  public Guess at(double[] point) {
    double[] covariances = distances(point);
    for (int i = 0; i < covariances.length; i++) {
      double r = covariances[i];
      covariances[i] = shape.signal * (1 + r + r * r / 3) * Math.exp(-r);
    }
    double[] known = Triangular.timesUpper(covariances, inverse);
    return new Guess(Triangular.dot(covariances, weights), deviation(Triangular.dot(known, known)));
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
    double[] covariances = distances(point);
    double[] slopes = new double[size]; // d kernel / d squared distance
    for (int i = 0; i < size; i++) {
      double r = covariances[i];
      double decay = shape.signal * Math.exp(-r);
      covariances[i] = decay * (1 + r + r * r / 3);
      slopes[i] = -5.0 / 6 * decay * (1 + r);
    }
    double[] known = Triangular.timesUpper(covariances, inverse);
    double[] solved = Triangular.timesLower(known, transposed);
    double deviation = deviation(Triangular.dot(known, known));
    Arrays.fill(meanGradient, 0);
    Arrays.fill(deviationGradient, 0);
    double[] forMean = new double[size];
    double[] forDeviation = new double[size];
    for (int i = 0; i < size; i++) {
      forMean[i] = 2 * slopes[i] * weights[i];
      forDeviation[i] = -2 * slopes[i] * solved[i] / deviation;
    }
    for (int k = 0; k < point.length; k++) {
      if (!shape.unordered[k]) {
        double[] along = places[k];
        double here = point[k];
        double meanSum = 0;
        double deviationSum = 0;
        for (int i = 0; i < size; i++) {
          meanSum += forMean[i] * (here - along[i]);
          deviationSum += forDeviation[i] * (here - along[i]);
        }
        meanGradient[k] = meanSum * shape.inverseSquares[k];
        deviationGradient[k] = deviationSum * shape.inverseSquares[k];
      }
    }
    return new Guess(Triangular.dot(covariances, weights), deviation);
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

  /// One more row and column of the factor; the weights of all points stay, and the new one has
  /// none, as its loss is what is expected anyway.
  @Override
  public GaussianProcess believing(double[] point) {
    int size = points.length;
    double[][] more = Arrays.copyOf(points, size + 1);
    more[size] = point.clone();
    double[] believed = Arrays.copyOf(losses, size + 1);
    double[] covariances = distances(point);
    for (int i = 0; i < size; i++) {
      double r = covariances[i];
      covariances[i] = shape.signal * (1 + r + r * r / 3) * Math.exp(-r);
    }
    believed[size] = Triangular.dot(covariances, weights);
    double[] column = Triangular.timesUpper(covariances, inverse);
    double left = shape.signal + shape.noise - Triangular.dot(column, column);
    double corner = 1 / Math.sqrt(Math.max(left, 1e-10));
    double[] solved = Triangular.timesLower(column, transposed);
    double[][] grown = new double[size + 1][];
    for (int i = 0; i < size; i++) {
      grown[i] = Arrays.copyOf(inverse[i], size + 1);
      grown[i][size] = -corner * solved[i];
    }
    grown[size] = new double[size + 1];
    grown[size][size] = corner;
    return new GaussianProcess(shape, more, believed, grown, Arrays.copyOf(weights, size + 1));
  }
}
