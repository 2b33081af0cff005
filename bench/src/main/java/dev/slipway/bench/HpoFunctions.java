package dev.slipway.bench;

import dev.slipway.tuning.Distribution;
import dev.slipway.tuning.Parameter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Objectives with a known minimum, cheap enough to search thousands of times.
///
/// The first five are those the peers' table has; `bench/optuna_peer.py` has the same formulas.
@SuppressWarnings("ImmutableEnumChecker") // its lists are never changed
enum HpoFunctions {
  BRANIN(List.of(real("x0", -5, 10), real("x1", 0, 15)), 0.397887) {
    @Override
    double at(Map<String, String> values) {
      double x = number(values, "x0");
      double y = number(values, "x1");
      double bend = y - 5.1 / (4 * Math.PI * Math.PI) * x * x + 5 / Math.PI * x - 6;
      return bend * bend + 10 * (1 - 1 / (8 * Math.PI)) * Math.cos(x) + 10;
    }
  },
  HARTMANN6(cube(6, 0, 1), -3.32237) {
    @Override
    double at(Map<String, String> values) {
      return hartmann(point(values, 6), HARTMANN6_A, HARTMANN6_P);
    }
  },
  ROSENBROCK4(cube(4, -5, 10), 0) {
    @Override
    double at(Map<String, String> values) {
      double[] x = point(values, 4);
      double sum = 0;
      for (int i = 0; i < 3; i++) {
        double valley = x[i + 1] - x[i] * x[i];
        sum += 100 * valley * valley + (1 - x[i]) * (1 - x[i]);
      }
      return sum;
    }
  },
  ACKLEY5(cube(5, -32.768, 32.768), 0) {
    @Override
    double at(Map<String, String> values) {
      double[] x = point(values, 5);
      double squares = 0;
      double waves = 0;
      for (int i = 0; i < 5; i++) {
        double off = x[i] - ACKLEY_CENTRE[i];
        squares += off * off;
        waves += Math.cos(2 * Math.PI * off);
      }
      return -20 * Math.exp(-0.2 * Math.sqrt(squares / 5)) - Math.exp(waves / 5) + 20 + Math.E;
    }
  },
  MIXED5(
      List.of(
          new Parameter.Real("lr", 1e-5, 1, 0, Distribution.LOG_UNIFORM),
          new Parameter.Whole("layers", 1, 8, 1, Distribution.UNIFORM),
          real("dropout", 0, 0.6),
          new Parameter.Categorical("opt", List.of("sgd", "momentum", "adam", "rmsprop")),
          new Parameter.Categorical("batch", List.of("16", "32", "64", "128", "256"))),
      0) {
    @Override
    double at(Map<String, String> values) {
      int opt = List.of("adam", "rmsprop", "momentum", "sgd").indexOf(values.get("opt"));
      double lr = Math.log10(number(values, "lr")) - new double[] {-3, -3.3, -1.7, -1}[opt];
      double layers = number(values, "layers") - new int[] {4, 4, 5, 3}[opt];
      double batch = Math.log(number(values, "batch") / new int[] {64, 128, 64, 32}[opt]);
      double dropout = number(values, "dropout") - 0.26;
      double worse = new double[] {0, 0.03, 0.05, 0.12}[opt];
      return worse
          + 0.15 * lr * lr
          + 0.02 * layers * layers
          + 0.05 * batch * batch
          + 1.2 * dropout * dropout
          + 0.01 * Math.abs(lr * layers) / 3;
    }
  },
  LEVY6(cube(6, -10, 10), 0) {
    @Override
    double at(Map<String, String> values) {
      double[] w = point(values, 6);
      for (int i = 0; i < 6; i++) {
        w[i] = 1 + (w[i] - 1) / 4;
      }
      double sum = Math.pow(Math.sin(Math.PI * w[0]), 2);
      for (int i = 0; i < 5; i++) {
        sum += (w[i] - 1) * (w[i] - 1) * (1 + 10 * Math.pow(Math.sin(Math.PI * w[i] + 1), 2));
      }
      return sum + (w[5] - 1) * (w[5] - 1) * (1 + Math.pow(Math.sin(2 * Math.PI * w[5]), 2));
    }
  },
  GRIEWANK5(cube(5, -500, 600), 0) {
    @Override
    double at(Map<String, String> values) {
      double sum = 0;
      double product = 1;
      for (int i = 0; i < 5; i++) {
        double x = number(values, "x" + i);
        sum += x * x / 4000;
        product *= Math.cos(x / Math.sqrt(i + 1.0));
      }
      return sum - product + 1;
    }
  },
  STYBLINSKI5(cube(5, -5, 5), -195.83083) {
    @Override
    double at(Map<String, String> values) {
      double sum = 0;
      for (double x : point(values, 5)) {
        sum += (x * x * x * x - 16 * x * x + 5 * x) / 2;
      }
      return sum;
    }
  },
  MICHALEWICZ5(cube(5, 0, Math.PI), -4.687658) {
    @Override
    double at(Map<String, String> values) {
      double sum = 0;
      double[] x = point(values, 5);
      for (int i = 0; i < 5; i++) {
        sum -= Math.sin(x[i]) * Math.pow(Math.sin((i + 1) * x[i] * x[i] / Math.PI), 20);
      }
      return sum;
    }
  },
  HARTMANN3(cube(3, 0, 1), -3.86278) {
    @Override
    double at(Map<String, String> values) {
      return hartmann(point(values, 3), HARTMANN3_A, HARTMANN3_P);
    }
  },
  /// Branin with noise that depends on the point alone, so that a search can be repeated; its best
  /// trial is told without the noise.
  NOISY_BRANIN(List.of(real("x0", -5, 10), real("x1", 0, 15)), 0.397887) {
    @Override
    double at(Map<String, String> values) {
      long bits =
          values.getOrDefault("x0", "").hashCode() * 31L + values.getOrDefault("x1", "").hashCode();
      return BRANIN.at(values) + 2 * new java.util.SplittableRandom(bits).nextGaussian();
    }

    @Override
    double clean(Map<String, String> values) {
      return BRANIN.at(values);
    }
  };

  private static final double[] ACKLEY_CENTRE = {7.3, -11.2, 4.9, -3.1, 15.7};
  private static final double[] HARTMANN_WEIGHTS = {1.0, 1.2, 3.0, 3.2};
  private static final double[][] HARTMANN6_A = {
    {10, 3, 17, 3.5, 1.7, 8},
    {0.05, 10, 17, 0.1, 8, 14},
    {3, 3.5, 1.7, 10, 17, 8},
    {17, 8, 0.05, 10, 0.1, 14}
  };
  private static final double[][] HARTMANN6_P = {
    {0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886},
    {0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991},
    {0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.6650},
    {0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381}
  };
  private static final double[][] HARTMANN3_A = {
    {3, 10, 30}, {0.1, 10, 35}, {3, 10, 30}, {0.1, 10, 35}
  };
  private static final double[][] HARTMANN3_P = {
    {0.3689, 0.1170, 0.2673},
    {0.4699, 0.4387, 0.7470},
    {0.1091, 0.8732, 0.5547},
    {0.0381, 0.5743, 0.8828}
  };

  private final List<Parameter> parameters;
  private final double least;

  HpoFunctions(List<Parameter> parameters, double least) {
    this.parameters = parameters;
    this.least = least;
  }

  List<Parameter> parameters() {
    return parameters;
  }

  /// The known minimum.
  double least() {
    return least;
  }

  /// What a trial reports.
  abstract double at(Map<String, String> values);

  /// What a trial is worth.
  double clean(Map<String, String> values) {
    return at(values);
  }

  private static double hartmann(double[] x, double[][] a, double[][] p) {
    double sum = 0;
    for (int i = 0; i < 4; i++) {
      double inner = 0;
      for (int j = 0; j < x.length; j++) {
        inner += a[i][j] * (x[j] - p[i][j]) * (x[j] - p[i][j]);
      }
      sum -= HARTMANN_WEIGHTS[i] * Math.exp(-inner);
    }
    return sum;
  }

  private static Parameter real(String name, double min, double max) {
    return new Parameter.Real(name, min, max, 0, Distribution.UNIFORM);
  }

  private static List<Parameter> cube(int dimensions, double min, double max) {
    List<Parameter> parameters = new ArrayList<>();
    for (int i = 0; i < dimensions; i++) {
      parameters.add(real("x" + i, min, max));
    }
    return parameters;
  }

  private static double[] point(Map<String, String> values, int dimensions) {
    double[] point = new double[dimensions];
    for (int i = 0; i < dimensions; i++) {
      point[i] = number(values, "x" + i);
    }
    return point;
  }

  private static double number(Map<String, String> values, String name) {
    return Double.parseDouble(values.get(name));
  }
}
