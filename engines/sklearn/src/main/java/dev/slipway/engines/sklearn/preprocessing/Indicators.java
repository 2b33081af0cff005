package dev.slipway.engines.sklearn.preprocessing;

import dev.slipway.engines.sklearn.Estimator;
import dev.slipway.engines.sklearn.Estimators;
import dev.slipway.engines.sklearn.Frame;
import dev.slipway.engines.sklearn.Matrix;
import dev.slipway.engines.sklearn.pickle.PyObject;
import dev.slipway.inference.engine.InvalidInputException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// `MissingIndicator`: which values are missing, for the columns that had missing ones when fitted.
final class Indicators implements Estimator.Transformer {
  private final Header header;
  private final Missing missing;
  private final int[] columns;
  private final boolean refuseNew;
  private final boolean sparse;

  private Indicators(PyObject object) {
    this.header = Header.of(object);
    this.missing = Missing.of(object);
    int width = object.integer("_n_features", header.features());
    var own = object.array("features_").integers();
    boolean onlyMissing = object.text("features", "missing-only").equals("missing-only");
    this.columns = onlyMissing && own.length < width ? own : IntStream.range(0, width).toArray();
    this.refuseNew = onlyMissing && object.truth("error_on_new", true);
    this.sparse = Boolean.TRUE.equals(object.attributes().get("sparse"));
  }

  static Estimator.Transformer read(PyObject object, Estimators readers) {
    return new Indicators(object);
  }

  /// The `indicator_` of an imputer with `add_indicator`; the columns it adds, none without.
  static int[] added(PyObject imputer) {
    return imputer.truth("add_indicator", false)
        ? new Indicators(imputer.object("indicator_")).columns
        : new int[0];
  }

  /// The matrix with the flags of some columns of a mask after it.
  static Matrix append(Matrix x, boolean[] mask, int maskColumns, int... added) {
    if (added.length == 0) {
      return x;
    }
    int width = x.columns() + added.length;
    var out = Matrix.zeros(x.rows(), width);
    for (int row = 0; row < x.rows(); row++) {
      System.arraycopy(x.values(), row * x.columns(), out.values(), row * width, x.columns());
      for (int i = 0; i < added.length; i++) {
        out.values()[row * width + x.columns() + i] = mask[row * maskColumns + added[i]] ? 1 : 0;
      }
    }
    return out;
  }

  @Override
  public int features() {
    return header.features();
  }

  @Override
  public List<String> featureNames() {
    return header.names();
  }

  @Override
  public boolean takesMissing() {
    return true;
  }

  @Override
  public Frame transform(Frame x) {
    header.checkWidth(x);
    if (refuseNew) {
      checkNew(x);
    }
    var out = new ArrayList<Object>();
    for (int column : columns) {
      out.add(flags(x.column(column), missing));
    }
    var table = new Frame.Table(x.rows(), List.of(), out);
    return sparse ? SparseRows.of(table.matrix()) : table;
  }

  /// Which values of a column are missing.
  static boolean[] flags(@Nullable Object[] values, Missing missing) {
    var flags = new boolean[values.length];
    for (int row = 0; row < flags.length; row++) {
      flags[row] = missing.matches(values[row]);
    }
    return flags;
  }

  private void checkNew(Frame x) {
    for (int column = 0; column < x.columns(); column++) {
      if (Arrays.binarySearch(columns, column) < 0
          && Arrays.stream(x.column(column)).anyMatch(missing::matches)) {
        throw new InvalidInputException(
            "The features ["
                + column
                + "] have missing values in transform but have no missing values in fit.");
      }
    }
  }
}
