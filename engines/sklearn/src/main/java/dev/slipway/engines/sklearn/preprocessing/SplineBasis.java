package dev.slipway.engines.sklearn.preprocessing;

import dev.slipway.engines.sklearn.UnsupportedEstimatorException;
import dev.slipway.engines.sklearn.pickle.NdArray;
import dev.slipway.engines.sklearn.pickle.PyObject;
import org.jspecify.annotations.Nullable;

/// A vector of splines on common knots: scipy's `BSpline` with a matrix of coefficients.
///
/// Evaluated by the recurrence of de Boor and Cox, `B(i, k)` from `B(i, k-1)` and `B(i+1, k-1)`.
final class SplineBasis {
  private final double[] knots;
  private final double[] coefficients;
  private final int width;
  private final int degree;

  private SplineBasis(double[] knots, double[] coefficients, int width, int degree) {
    this.knots = knots;
    this.coefficients = coefficients;
    this.width = width;
    this.degree = degree;
  }

  /// @param owner for messages
  static SplineBasis of(PyObject owner, @Nullable Object value) {
    if (!(value instanceof PyObject spline)) {
      throw new UnsupportedEstimatorException(owner.type() + ": bsplines_ holds no BSpline");
    }
    var knots = spline.doubles(spline.has("_t") ? "_t" : "t");
    NdArray coefficients = spline.array(spline.has("_c") ? "_c" : "c");
    int degree = spline.integer("k");
    if (coefficients.shape().length != 2 || knots.length < 2 * (degree + 1)) {
      throw new UnsupportedEstimatorException(
          owner.type() + ": a BSpline with too few knots, or coefficients that are no matrix");
    }
    return new SplineBasis(knots, coefficients.doubles(), coefficients.shape()[1], degree);
  }

  int width() {
    return width;
  }

  double lowest() {
    return knots[degree];
  }

  double highest() {
    return knots[knots.length - degree - 1];
  }

  boolean inside(double x) {
    return lowest() <= x && x <= highest();
  }

  /// `x` moved by whole periods into the range of the knots.
  double wrapped(double x) {
    double period = highest() - lowest();
    if (period <= 0) {
      return 0;
    }
    double rest = (x - lowest()) % period;
    return lowest() + (rest < 0 ? rest + period : rest);
  }

  /// Adds the value of each spline at `x` to `out`; beyond the knots the outermost pieces go on.
  void at(double x, double[] out) {
    int interval = interval(x);
    add(interval, pieces(x, interval, degree), out);
  }

  /// As [#at], but beyond the boundary knots the tangents there go on.
  ///
  /// Degrees below 2 are as scikit-learn has them: the boundaries of each further column lie one
  /// knot further inside, up to the second, and as many splines go on beyond them.
  ///
  /// @param column which column of the input this is
  void linear(double x, int column, double[] out) {
    int shift = degree > 1 ? degree : Math.min(2, degree + column);
    int going = degree > 1 ? degree : Math.min(2, degree + column + 1);
    double low = knots[shift];
    double high = knots[knots.length - shift - 1];
    if (low <= x && x <= high) {
      at(x, out);
      return;
    }
    boolean below = x < low;
    double edge = below ? low : high;
    var values = new double[width];
    var slopes = new double[width];
    int interval = interval(edge);
    add(interval, pieces(edge, interval, degree), values);
    add(interval, slopes(edge, interval), slopes);
    for (int j = 0; j < Math.min(going, width); j++) {
      int spline = below ? j : width - 1 - j;
      out[spline] = values[spline] + (x - edge) * slopes[spline];
    }
  }

  private int interval(double x) {
    int interval = degree;
    int last = knots.length - degree - 2;
    while (interval < last && x >= knots[interval + 1]) {
      interval++;
    }
    return interval;
  }

  private void add(int interval, double[] pieces, double[] out) {
    for (int piece = 0; piece <= degree; piece++) {
      int from = (interval - degree + piece) * width;
      for (int i = 0; i < width; i++) {
        out[i] += coefficients[from + i] * pieces[piece];
      }
    }
  }

  /// The `order + 1` basis functions of that degree which are not zero in an interval, at `x`.
  private double[] pieces(double x, int interval, int order) {
    var pieces = new double[degree + 1];
    pieces[0] = 1;
    for (int k = 1; k <= order; k++) {
      double carried = 0;
      for (int i = 0; i < k; i++) {
        double right = knots[interval + 1 + i];
        double left = knots[interval + 1 + i - k];
        double share = right == left ? 0 : pieces[i] / (right - left);
        pieces[i] = carried + share * (right - x);
        carried = share * (x - left);
      }
      pieces[k] = carried;
    }
    return pieces;
  }

  /// First derivatives: `k (B(i, k-1) / (t(i+k) - t(i)) - B(i+1, k-1) / (t(i+k+1) - t(i+1)))`.
  private double[] slopes(double x, int interval) {
    var slopes = new double[degree + 1];
    if (degree == 0) {
      return slopes;
    }
    var lower = pieces(x, interval, degree - 1);
    for (int i = 0; i < degree; i++) {
      double span = knots[interval + 1 + i] - knots[interval + 1 + i - degree];
      double share = span == 0 ? 0 : degree * lower[i] / span;
      slopes[i] -= share;
      slopes[i + 1] += share;
    }
    return slopes;
  }
}
