package dev.slipway.engines.sklearn.preprocessing;

import dev.slipway.engines.sklearn.Estimator;
import dev.slipway.engines.sklearn.Estimators;
import dev.slipway.engines.sklearn.Frame;
import dev.slipway.engines.sklearn.Matrix;
import dev.slipway.engines.sklearn.UnsupportedEstimatorException;
import dev.slipway.engines.sklearn.pickle.PyObject;
import dev.slipway.engines.sklearn.preprocessing.NumericTransformer.Values;
import dev.slipway.inference.engine.InvalidInputException;
import java.util.Arrays;
import java.util.List;

/// `SplineTransformer`: the B-spline basis of each column.
final class Splines implements Arithmetic {
  private final List<SplineBasis> bases;
  private final Outside outside;
  private final boolean bias;
  private final boolean sparse;

  /// What happens beyond the boundary knots (`extrapolation`).
  private enum Outside {
    ERROR,
    CONSTANT,
    LINEAR,
    CONTINUE,
    PERIODIC
  }

  private Splines(List<SplineBasis> bases, Outside outside, boolean bias, boolean sparse) {
    this.bases = bases;
    this.outside = outside;
    this.bias = bias;
    this.sparse = sparse;
  }

  static Estimator.Transformer read(PyObject object, Estimators readers) {
    var bases =
        object.list("bsplines_").stream().map(value -> SplineBasis.of(object, value)).toList();
    var outside =
        Arrays.stream(Outside.values())
            .filter(way -> way.name().equalsIgnoreCase(object.text("extrapolation", "constant")))
            .findFirst()
            .orElseThrow(
                () ->
                    new UnsupportedEstimatorException(
                        "SplineTransformer: extrapolation \""
                            + object.text("extrapolation")
                            + "\""));
    boolean nanIsZero = object.text("handle_missing", "error").equals("zeros");
    return new NumericTransformer(
        Header.of(object).width(bases.size()),
        nanIsZero ? Values.NAN_ALLOWED : Values.FINITE,
        new Splines(
            bases,
            outside,
            object.truth("include_bias", true),
            object.truth("sparse_output", false)));
  }

  @Override
  public Frame dense(Matrix x) {
    int width = bases.getFirst().width();
    int kept = bias ? width : width - 1;
    var out = Matrix.zeros(x.rows(), bases.size() * kept);
    var values = new double[width];
    for (int row = 0; row < x.rows(); row++) {
      for (int column = 0; column < bases.size(); column++) {
        Arrays.fill(values, 0);
        fill(column, x.at(row, column), values);
        System.arraycopy(values, 0, out.values(), row * out.columns() + column * kept, kept);
      }
    }
    return sparse ? SparseRows.of(out) : new Frame.Dense(out);
  }

  private void fill(int column, double x, double[] values) {
    var basis = bases.get(column);
    if (Double.isNaN(x)) {
      return;
    }
    switch (outside) {
      case CONTINUE -> basis.at(x, values);
      case PERIODIC -> basis.at(basis.wrapped(x), values);
      case ERROR -> {
        if (!basis.inside(x)) {
          throw new InvalidInputException(
              "`X` contains values beyond the limits of the knots: " + x);
        }
        basis.at(x, values);
      }
      case CONSTANT -> basis.at(Math.min(Math.max(x, basis.lowest()), basis.highest()), values);
      case LINEAR -> basis.linear(x, column, values);
    }
  }
}
