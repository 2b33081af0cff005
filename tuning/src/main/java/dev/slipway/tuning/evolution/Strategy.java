package dev.slipway.tuning.evolution;

import dev.slipway.tuning.plain.SobolPoints;
import dev.slipway.tuning.space.Seeds;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.hipparchus.linear.EigenDecompositionSymmetric;
import org.hipparchus.linear.MatrixUtils;
import org.hipparchus.special.Erf;

/// The covariance matrix adaptation evolution strategy on the unit cube (Hansen 2016, "The CMA
/// Evolution Strategy: A Tutorial", figure 6, with negative weights), and its restarts with larger
/// populations: IPOP (Auger and Hansen 2005) and BIPOP (Hansen 2009).
final class Strategy {
  private static final double TOLERANCE = 1e-11;
  private static final int MOST_GROWTHS = 6;

  private final int size;
  private final double firstSigma;
  private final String restarts;
  private final long seed;
  private final double[] leastDeviations;
  private final double expectedLength;

  private int population;
  private double[] weights = {};
  private double masses; // µ_eff
  private double sigma;
  private double[] mean;
  private double[][] covariance;
  private double[][] axes = {}; // B D, by row
  private double[][] whitening = {}; // B D⁻¹ Bᵀ
  private double[] sigmaPath;
  private double[] covariancePath;
  private int generation; // since the last restart
  private int generations;
  private int growths;
  private double best = Double.POSITIVE_INFINITY;
  private int sinceBetter;
  private double smallSpent;
  private double largeSpent;
  private boolean small;

  Strategy(int size, double sigma, String restarts, long seed, double[] leastDeviations) {
    this.size = size;
    this.firstSigma = sigma;
    this.restarts = restarts;
    this.seed = seed;
    this.leastDeviations = leastDeviations;
    this.expectedLength = Math.sqrt(size) * (1 - 1.0 / (4 * size) + 1.0 / (21.0 * size * size));
    this.sigma = sigma;
    this.mean = new double[size];
    this.covariance = identity();
    this.sigmaPath = new double[size];
    this.covariancePath = new double[size];
    Arrays.fill(mean, 0.5);
    populate(usual());
  }

  /// The same, to go on from without changing this one.
  Strategy copy() {
    return new Strategy(this);
  }

  private Strategy(Strategy other) {
    size = other.size;
    firstSigma = other.firstSigma;
    restarts = other.restarts;
    seed = other.seed;
    leastDeviations = other.leastDeviations;
    expectedLength = other.expectedLength;
    population = other.population;
    weights = other.weights;
    masses = other.masses;
    sigma = other.sigma;
    mean = other.mean.clone();
    covariance = other.covariance.clone();
    Arrays.setAll(covariance, i -> other.covariance[i].clone());
    axes = other.axes;
    whitening = other.whitening;
    sigmaPath = other.sigmaPath.clone();
    covariancePath = other.covariancePath.clone();
    generation = other.generation;
    generations = other.generations;
    growths = other.growths;
    best = other.best;
    sinceBetter = other.sinceBetter;
    smallSpent = other.smallSpent;
    largeSpent = other.largeSpent;
    small = other.small;
  }

  /// Points and their losses, best first.
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Generation(double[][] points, double[] losses) {}

  int population() {
    return population;
  }

  private int usual() {
    return 4 + (int) (3 * Math.log(size));
  }

  private double[][] identity() {
    double[][] identity = new double[size][size];
    for (int i = 0; i < size; i++) {
      identity[i][i] = 1;
    }
    return identity;
  }

  /// Weights of the best, and negative ones of the rest (tutorial, equations 49 to 53).
  private void populate(int many) {
    population = many;
    weights = new double[many];
    int parents = many / 2;
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < many; i++) {
      weights[i] = Math.log((many + 1) / 2.0) - Math.log(i + 1);
      if (i < parents) {
        sum += weights[i];
        squares += weights[i] * weights[i];
      }
    }
    masses = sum * sum / squares;
    double negative = 0;
    for (int i = 0; i < many; i++) {
      weights[i] /= i < parents ? sum : 1;
      negative += Math.min(0, weights[i]);
    }
    double bound = Math.min(1 + rankOne() / rankMany(), 1 + 2 * masses / (masses + 2));
    bound = Math.min(bound, (1 - rankOne() - rankMany()) / (size * rankMany()));
    for (int i = 0; i < many; i++) {
      weights[i] *= weights[i] < 0 ? -bound / negative : 1;
    }
    decompose();
  }

  private double rankOne() {
    return 2 / ((size + 1.3) * (size + 1.3) + masses);
  }

  private double rankMany() {
    double rate = 2 * (masses - 2 + 1 / masses) / ((size + 2.0) * (size + 2.0) + masses);
    return Math.min(1 - rankOne(), Math.max(rate, 1e-9));
  }

  private void decompose() {
    var parts = new EigenDecompositionSymmetric(MatrixUtils.createRealMatrix(covariance));
    double[][] vectors = parts.getV().getData();
    double[] lengths = new double[size];
    Arrays.setAll(lengths, k -> Math.sqrt(Math.max(parts.getEigenvalue(k), 1e-20)));
    axes = new double[size][size];
    whitening = new double[size][size];
    for (int i = 0; i < size; i++) {
      for (int j = 0; j < size; j++) {
        axes[i][j] = vectors[i][j] * lengths[j];
        for (int k = 0; k < size; k++) {
          whitening[i][j] += vectors[i][k] * vectors[j][k] / lengths[k];
        }
      }
    }
  }

  /// The point of a place in the next generation, its chance from scrambled Sobol points: samples
  /// that are spread evenly find the way sooner than independent ones.
  double[] ask(int place) {
    long here = Seeds.mix(seed, generations * 31L + growths);
    double[] even = new SobolPoints(size, here).from(place).next();
    double[] step = new double[size];
    Arrays.setAll(step, k -> Math.sqrt(2) * Erf.erfInv(2 * even[k] - 1));
    return inside(step);
  }

  double[] draw(SplittableRandom random) {
    double[] step = new double[size];
    Arrays.setAll(step, k -> random.nextGaussian());
    return inside(step);
  }

  /// Steps over a wall come back from it.
  private double[] inside(double[] step) {
    double[] point = new double[size];
    for (int i = 0; i < size; i++) {
      double along = 0;
      for (int j = 0; j < size; j++) {
        along += axes[i][j] * step[j];
      }
      double deviation = sigma * Math.sqrt(covariance[i][i]);
      double widened = deviation < leastDeviations[i] ? leastDeviations[i] / deviation : 1;
      double to = mean[i] + sigma * along * widened;
      to = to < 0 ? -to : to > 1 ? 2 - to : to;
      point[i] = Math.clamp(to, 0, 1);
    }
    return point;
  }

  void tell(Generation told) {
    generation++;
    generations++;
    double[][] steps = new double[population][size];
    for (int k = 0; k < population; k++) {
      for (int i = 0; i < size; i++) {
        steps[k][i] = (told.points[k][i] - mean[i]) / sigma;
      }
      shorten(steps[k]);
    }
    double[] way = new double[size];
    for (int k = 0; k < population / 2; k++) {
      for (int i = 0; i < size; i++) {
        way[i] += weights[k] * steps[k][i];
      }
    }
    for (int i = 0; i < size; i++) {
      mean[i] = Math.clamp(mean[i] + sigma * way[i], 0, 1);
    }
    boolean steady = lengthenPaths(way);
    adapt(steps, steady);
    decompose();
    note(told);
  }

  /// Points that did not come from here count as if they came from not too far (Hansen 2011).
  private void shorten(double[] step) {
    double length = Math.sqrt(square(whitened(step)));
    double most = Math.sqrt(size) + 2.0 * size / (size + 2.0);
    if (length > most) {
      for (int i = 0; i < size; i++) {
        step[i] *= most / length;
      }
    }
  }

  private double[] whitened(double[] step) {
    double[] white = new double[size];
    for (int i = 0; i < size; i++) {
      for (int j = 0; j < size; j++) {
        white[i] += whitening[i][j] * step[j];
      }
    }
    return white;
  }

  private static double square(double[] vector) {
    double sum = 0;
    for (double each : vector) {
      sum += each * each;
    }
    return sum;
  }

  /// Paths and step size; whether the path of steps is of a usual length.
  private boolean lengthenPaths(double[] way) {
    double rate = (masses + 2) / (size + masses + 5);
    double damping = 1 + 2 * Math.max(0, Math.sqrt((masses - 1) / (size + 1)) - 1) + rate;
    double[] white = whitened(way);
    for (int i = 0; i < size; i++) {
      sigmaPath[i] = (1 - rate) * sigmaPath[i] + Math.sqrt(rate * (2 - rate) * masses) * white[i];
    }
    double length = Math.sqrt(square(sigmaPath));
    sigma *= Math.exp(Math.min(1, rate / damping * (length / expectedLength - 1)));
    sigma = Math.min(sigma, 1);
    double settled = length / Math.sqrt(1 - Math.pow(1 - rate, 2.0 * generation));
    boolean steady = settled < (1.4 + 2 / (size + 1.0)) * expectedLength;
    double slow = (4 + masses / size) / (size + 4 + 2 * masses / size);
    double step = steady ? Math.sqrt(slow * (2 - slow) * masses) : 0;
    for (int i = 0; i < size; i++) {
      covariancePath[i] = (1 - slow) * covariancePath[i] + step * way[i];
    }
    return steady;
  }

  private void adapt(double[][] steps, boolean steady) {
    double slow = (4 + masses / size) / (size + 4 + 2 * masses / size);
    double one = rankOne();
    double many = rankMany();
    double sum = Arrays.stream(weights).sum();
    double keep = 1 - one - many * sum + (steady ? 0 : one * slow * (2 - slow));
    double[] shares = new double[population];
    for (int k = 0; k < population; k++) {
      double length = square(whitened(steps[k]));
      shares[k] = weights[k] >= 0 ? weights[k] : weights[k] * size / Math.max(length, 1e-9);
    }
    for (int i = 0; i < size; i++) {
      for (int j = 0; j <= i; j++) {
        double value = keep * covariance[i][j] + one * covariancePath[i] * covariancePath[j];
        for (int k = 0; k < population; k++) {
          value += many * shares[k] * steps[k][i] * steps[k][j];
        }
        covariance[i][j] = value;
        covariance[j][i] = value;
      }
    }
  }

  private void note(Generation told) {
    if (small) {
      smallSpent += population;
    } else {
      largeSpent += population;
    }
    sinceBetter = told.losses[0] < best ? 0 : sinceBetter + 1;
    best = Math.min(best, told.losses[0]);
    double spread = told.losses[population - 1] - told.losses[0];
    double longest = 0;
    for (int i = 0; i < size; i++) {
      longest = Math.max(longest, sigma * Math.sqrt(covariance[i][i]));
    }
    boolean stuck = sinceBetter > 10 + 30 * size / population;
    if (!restarts.equals("none")
        && (spread <= TOLERANCE * Math.max(1, Math.abs(best)) || longest < 1e-9 || stuck)) {
      restart();
    }
  }

  private void restart() {
    SplittableRandom random = new SplittableRandom(Seeds.mix(seed, -1 - generations));
    small = restarts.equals("bipop") && growths > 0 && smallSpent < largeSpent;
    if (!small) {
      growths = Math.min(growths + 1, MOST_GROWTHS);
    }
    int large = usual() << growths;
    double share = Math.pow(random.nextDouble(), 2);
    int many = small ? (int) (usual() * Math.pow(0.5 * large / usual(), share)) : large;
    sigma = firstSigma * (small ? Math.pow(10, -2 * random.nextDouble()) : 1);
    Arrays.setAll(mean, i -> random.nextDouble());
    covariance = identity();
    Arrays.fill(sigmaPath, 0);
    Arrays.fill(covariancePath, 0);
    generation = 0;
    best = Double.POSITIVE_INFINITY;
    sinceBetter = 0;
    populate(many);
  }
}
