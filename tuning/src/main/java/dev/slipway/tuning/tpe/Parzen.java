package dev.slipway.tuning.tpe;

import dev.slipway.tuning.space.Axis;
import dev.slipway.tuning.space.Normal;
import dev.slipway.tuning.space.Space;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.hipparchus.special.Erf;

/// A density over some axes: around each observation a normal distribution cut off at the ends of
/// the cube (for choices: most of the mass on the observed one), and one broad kernel for what was
/// believed before.
///
/// Weights are Optuna's; over several axes bandwidths shrink as in Scott's rule but faster, over
/// one axis they are the distance to the neighbours (Bergstra et al. 2011); kernels of old trials
/// fade.
final class Parzen {
  private static final int FRESH = 25;
  private static final double SPREAD = 0.09;
  private static final double NARROWING = 1.5; // of Scott's exponent: refines sooner
  private static final double ROOT_TWO = Math.sqrt(2);
  private static final double NEGLIGIBLE = 25; // a logarithm less
  private static final double LOG_ROOT_TWO_PI = 0.5 * Math.log(2 * Math.PI);

  private final Axis[] axes;
  private final int kernels;
  private final double[] cumulative;
  private final double[][] middles; // [axis][kernel]
  private final double[][] widths;
  private final double[][] reciprocals; // of widths
  private final double[] peaks; // of a kernel's logarithm: its weight, and its offsets by axis
  private final double[][][] choices; // [axis][kernel][choice], logarithms; for unordered axes

  /// @param at which axes of the space
  /// @param points observations in order of time
  Parzen(Space space, int[] at, List<double[]> points, double priorWeight) {
    this.kernels = points.size() + 1;
    this.axes = Arrays.stream(at).mapToObj(space::axis).toArray(Axis[]::new);
    this.cumulative = new double[kernels];
    this.middles = new double[axes.length][kernels];
    this.widths = new double[axes.length][kernels];
    this.peaks = new double[kernels];
    this.reciprocals = new double[axes.length][kernels];
    this.choices = new double[axes.length][][];
    weigh(priorWeight);
    for (int a = 0; a < axes.length; a++) {
      for (int k = 0; k < kernels - 1; k++) {
        middles[a][k] = points.get(k)[at[a]];
      }
      middles[a][kernels - 1] = 0.5;
      if (axes[a].ordered()) {
        spread(a);
      } else {
        choose(a, priorWeight);
      }
    }
  }

  private void weigh(double priorWeight) {
    int observed = kernels - 1;
    double sum = 0;
    for (int k = 0; k < kernels; k++) {
      double old = (double) (observed - FRESH);
      double weight =
          k < old ? 1.0 / observed + (1 - 1.0 / observed) * k / Math.max(1, old - 1) : 1;
      sum += k == observed ? priorWeight : weight;
      cumulative[k] = sum;
      peaks[k] = Math.log(k == observed ? priorWeight : weight);
    }
    for (int k = 0; k < kernels; k++) {
      cumulative[k] /= sum;
      peaks[k] -= Math.log(sum);
    }
  }

  private void spread(int a) {
    double least = axes.length > 1 ? 0.02 : 1.0 / Math.min(100, kernels);
    if (axes[a].cells() > 0) {
      least = Math.max(least, 0.3 / axes[a].cells());
    }
    if (axes.length > 1) {
      double width = SPREAD * Math.pow(Math.max(1, kernels - 1), -NARROWING / (axes.length + 4));
      Arrays.fill(widths[a], Math.clamp(width, least, 1));
    } else {
      neighbourly(middles[a], widths[a], least);
    }
    widths[a][kernels - 1] = 1;
    for (int k = 0; k < kernels; k++) {
      double mass = below(a, k, 1) - below(a, k, 0);
      peaks[k] -= LOG_ROOT_TWO_PI + Math.log(widths[a][k] * mass);
      reciprocals[a][k] = 1 / widths[a][k];
    }
  }

  private static void neighbourly(double[] middles, double[] widths, double least) {
    double[] sorted = middles.clone();
    Arrays.sort(sorted);
    for (int k = 0; k < middles.length; k++) {
      int place = Arrays.binarySearch(sorted, middles[k]);
      double left = place == 0 ? sorted[0] : sorted[place] - sorted[place - 1];
      double right =
          place == sorted.length - 1 ? 1 - sorted[place] : sorted[place + 1] - sorted[place];
      widths[k] = Math.clamp(Math.max(left, right), least, 1);
    }
  }

  private double below(int a, int kernel, double place) {
    return Normal.cumulative((place - middles[a][kernel]) / widths[a][kernel]);
  }

  private void choose(int a, double priorWeight) {
    int many = (int) axes[a].cells();
    choices[a] = new double[kernels][many];
    double even = priorWeight / kernels;
    double others = Math.log(even / (1 + many * even));
    double observed = Math.log((1 + even) / (1 + many * even));
    for (int k = 0; k < kernels - 1; k++) {
      Arrays.fill(choices[a][k], others);
      choices[a][k][(int) axes[a].cell(middles[a][k])] = observed;
    }
    Arrays.fill(choices[a][kernels - 1], -Math.log(many));
  }

  /// Draws values along this density's axes, snapped.
  double[] draw(SplittableRandom random) {
    int found = Arrays.binarySearch(cumulative, random.nextDouble());
    int kernel = Math.min(found < 0 ? -found - 1 : found + 1, kernels - 1);
    double[] drawn = new double[axes.length];
    for (int a = 0; a < drawn.length; a++) {
      drawn[a] =
          axes[a].snap(axes[a].ordered() ? near(a, kernel, random) : choice(a, kernel, random));
    }
    return drawn;
  }

  private double near(int a, int kernel, SplittableRandom random) {
    for (int i = 0; i < 20; i++) {
      double drawn = middles[a][kernel] + widths[a][kernel] * random.nextGaussian();
      if (drawn >= 0 && drawn <= 1) {
        return drawn;
      }
    }
    double low = below(a, kernel, 0);
    double high = below(a, kernel, 1);
    double quantile = Erf.erfInv(2 * (low + random.nextDouble() * (high - low)) - 1);
    return Math.clamp(middles[a][kernel] + widths[a][kernel] * ROOT_TWO * quantile, 0, 1);
  }

  private double choice(int a, int kernel, SplittableRandom random) {
    double draw = random.nextDouble();
    for (int c = 0; c < choices[a][kernel].length; c++) {
      draw -= Math.exp(choices[a][kernel][c]);
      if (draw < 0) {
        return axes[a].middle(c);
      }
    }
    return axes[a].middle(axes[a].cells() - 1);
  }

  /// The density's logarithm.
  double log(double[] places) {
    double[] logs = new double[kernels];
    for (int a = 0; a < axes.length; a++) {
      if (axes[a].ordered()) {
        double[] middle = middles[a];
        double[] reciprocal = reciprocals[a];
        double place = places[a];
        for (int k = 0; k < logs.length; k++) {
          double z = (place - middle[k]) * reciprocal[k];
          logs[k] -= 0.5 * z * z;
        }
      } else {
        int choice = (int) axes[a].cell(places[a]);
        for (int k = 0; k < kernels; k++) {
          logs[k] += choices[a][k][choice];
        }
      }
    }
    for (int k = 0; k < logs.length; k++) {
      logs[k] += peaks[k];
    }
    return logSum(logs);
  }

  private static double logSum(double[] logs) {
    double most = Double.NEGATIVE_INFINITY;
    for (double each : logs) {
      most = Math.max(most, each);
    }
    double sum = 0;
    for (double each : logs) {
      sum += each > most - NEGLIGIBLE ? Math.exp(each - most) : 0;
    }
    return most + Math.log(sum);
  }
}
