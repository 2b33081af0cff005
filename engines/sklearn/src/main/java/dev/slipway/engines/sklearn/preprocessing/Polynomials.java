package dev.slipway.engines.sklearn.preprocessing;

import dev.slipway.engines.sklearn.Estimator;
import dev.slipway.engines.sklearn.Estimators;
import dev.slipway.engines.sklearn.Frame;
import dev.slipway.engines.sklearn.Matrix;
import dev.slipway.engines.sklearn.UnsupportedEstimatorException;
import dev.slipway.engines.sklearn.pickle.PyObject;
import dev.slipway.engines.sklearn.preprocessing.NumericTransformer.Values;
import java.util.ArrayList;
import java.util.List;

/// `PolynomialFeatures`: products of columns, by degree and then in lexicographic order.
final class Polynomials implements Arithmetic {
  private static final int MOST_COLUMNS = 5_000_000;

  /// The columns multiplied for each output; none for the bias.
  private final List<int[]> products;

  private Polynomials(List<int[]> products) {
    this.products = products;
  }

  static Estimator.Transformer read(PyObject object, Estimators readers) {
    int features = object.integer("n_features_in_");
    int least = object.integer("_min_degree", degree(object, 0));
    int most = object.integer("_max_degree", degree(object, 1));
    boolean distinct = object.truth("interaction_only", false);
    var products = new ArrayList<int[]>();
    if (object.truth("include_bias", true)) {
      products.add(new int[0]);
    }
    for (int degree = Math.max(1, least); degree <= most; degree++) {
      combine(products, new int[degree], 0, features, distinct);
    }
    return new NumericTransformer(
        Header.of(object), Values.FINITE, new Polynomials(List.copyOf(products)));
  }

  private static int degree(PyObject object, int which) {
    if (object.attributes().get("degree") instanceof Number number) {
      return which == 0 ? 0 : number.intValue();
    }
    return (int) Scalers.pair(object, "degree")[which];
  }

  private static void combine(
      List<int[]> products, int[] chosen, int depth, int features, boolean distinct) {
    if (depth == chosen.length) {
      products.add(chosen.clone());
      if (products.size() > MOST_COLUMNS) {
        throw new UnsupportedEstimatorException(
            "PolynomialFeatures: more than " + MOST_COLUMNS + " columns of output");
      }
      return;
    }
    int first = depth == 0 ? 0 : chosen[depth - 1] + (distinct ? 1 : 0);
    for (int feature = first; feature < features; feature++) {
      chosen[depth] = feature;
      combine(products, chosen, depth + 1, features, distinct);
    }
  }

  @Override
  public Frame dense(Matrix x) {
    var out = Matrix.zeros(x.rows(), products.size());
    int at = 0;
    for (int row = 0; row < x.rows(); row++) {
      for (int[] product : products) {
        out.values()[at++] = product(x, row, product);
      }
    }
    return new Frame.Dense(out);
  }

  @Override
  public Frame sparse(Frame.Sparse x) {
    return SparseRows.of(dense(x.matrix()).matrix());
  }

  private static double product(Matrix x, int row, int... columns) {
    double product = 1;
    for (int i = columns.length - 1; i >= 0; i--) {
      product *= x.at(row, columns[i]);
    }
    return product;
  }
}
