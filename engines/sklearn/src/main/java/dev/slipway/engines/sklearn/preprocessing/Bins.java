package dev.slipway.engines.sklearn.preprocessing;

import dev.slipway.engines.sklearn.Estimator;
import dev.slipway.engines.sklearn.Estimators;
import dev.slipway.engines.sklearn.Frame;
import dev.slipway.engines.sklearn.Matrix;
import dev.slipway.engines.sklearn.UnsupportedEstimatorException;
import dev.slipway.engines.sklearn.pickle.NdArray;
import dev.slipway.engines.sklearn.pickle.PyObject;
import dev.slipway.engines.sklearn.preprocessing.NumericTransformer.Values;
import java.util.ArrayList;
import java.util.List;

/// `KBinsDiscretizer`: the number of the interval a value falls into.
final class Bins implements Arithmetic {
  private final List<double[]> edges;
  private final boolean oneHot;
  private final boolean sparse;
  private final int[] offsets;

  private Bins(List<double[]> edges, boolean oneHot, boolean sparse) {
    this.edges = edges;
    this.oneHot = oneHot;
    this.sparse = sparse;
    this.offsets = new int[edges.size() + 1];
    for (int i = 0; i < edges.size(); i++) {
      offsets[i + 1] = offsets[i] + Math.max(0, edges.get(i).length - 1);
    }
  }

  static Estimator.Transformer read(PyObject object, Estimators readers) {
    var edges = edges(object);
    var encode = object.text("encode", "onehot");
    return new NumericTransformer(
        Header.of(object).width(edges.size()),
        Values.FINITE,
        new Bins(edges, !encode.equals("ordinal"), encode.equals("onehot")));
  }

  /// An array of arrays, or, where all columns have as many bins, maybe one matrix.
  private static List<double[]> edges(PyObject object) {
    var edges = new ArrayList<double[]>();
    var found = object.array("bin_edges_");
    if (found.shape().length == 2 && !(found.storage() instanceof Object[])) {
      int width = found.shape()[1];
      for (int i = 0; i < found.shape()[0]; i++) {
        edges.add(java.util.Arrays.copyOfRange(found.doubles(), i * width, (i + 1) * width));
      }
      return edges;
    }
    for (var value : object.list("bin_edges_")) {
      if (!(value instanceof NdArray array)) {
        throw new UnsupportedEstimatorException(object.type() + ": bin_edges_ holds no arrays");
      }
      edges.add(array.doubles());
    }
    return edges;
  }

  @Override
  public Frame dense(Matrix x) {
    return !oneHot
        ? ordinal(x)
        : sparse ? oneHotSparse(x) : new Frame.Dense(oneHotSparse(x).matrix());
  }

  private Frame ordinal(Matrix x) {
    var out = Matrix.zeros(x.rows(), x.columns());
    for (int i = 0; i < out.values().length; i++) {
      out.values()[i] = bin(edges.get(i % x.columns()), x.values()[i]);
    }
    return new Frame.Dense(out);
  }

  private Frame.Sparse oneHotSparse(Matrix x) {
    var rows = new SparseRows(x.rows(), offsets[edges.size()], x.values().length);
    for (int row = 0; row < x.rows(); row++) {
      for (int column = 0; column < x.columns(); column++) {
        rows.add(offsets[column] + bin(edges.get(column), x.at(row, column)), 1);
      }
      rows.endRow();
    }
    return rows.frame();
  }

  /// How many inner edges are not above the value.
  private static int bin(double[] edges, double value) {
    int low = 1;
    int high = edges.length - 1;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (edges[middle] <= value) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return Math.max(0, low - 1);
  }
}
