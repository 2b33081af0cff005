package dev.slipway.engines.sklearn.text;

import dev.slipway.engines.sklearn.Estimator;
import dev.slipway.engines.sklearn.Estimators;
import dev.slipway.engines.sklearn.Frame;
import dev.slipway.engines.sklearn.UnsupportedEstimatorException;
import dev.slipway.engines.sklearn.pickle.PyObject;
import dev.slipway.engines.sklearn.preprocessing.SparseRows;
import dev.slipway.inference.engine.InvalidInputException;
import org.jspecify.annotations.Nullable;

/// `FeatureHasher`: named values, or names alone, in the columns their hashes say. The columns of a
/// frame are the names of a record; missing values are names that are not there.
final class HashedRecords implements Estimator.Transformer {
  private final Buckets buckets;
  private final boolean namesAlone;

  private HashedRecords(Buckets buckets, boolean namesAlone) {
    this.buckets = buckets;
    this.namesAlone = namesAlone;
  }

  static Estimator.Transformer read(PyObject object, Estimators readers) {
    var kind = object.text("input_type", "dict");
    if (!kind.equals("dict") && !kind.equals("string")) {
      throw new UnsupportedEstimatorException(
          "FeatureHasher: input_type \"" + kind + "\" cannot be sent; dict and string can");
    }
    return new HashedRecords(Buckets.of(object), kind.equals("string"));
  }

  @Override
  public int features() {
    return -1;
  }

  @Override
  public boolean takesMissing() {
    return true;
  }

  @Override
  public Frame transform(Frame x) {
    if (!namesAlone && x.names().isEmpty() && x.columns() > 0) {
      throw new InvalidInputException(
          "FeatureHasher takes named columns, found " + x.columns() + " columns without names");
    }
    var columns = new Object[x.columns()][];
    for (int column = 0; column < columns.length; column++) {
      columns[column] = x.column(column);
    }
    var rows = new SparseRows(x.rows(), buckets.count(), x.rows() * columns.length);
    var sums = new RowSums(rows, false);
    for (int row = 0; row < x.rows(); row++) {
      for (int column = 0; column < columns.length; column++) {
        add(sums, namesAlone ? "" : x.names().get(column), columns[column][row]);
      }
      sums.endRow();
    }
    return rows.frame();
  }

  private void add(RowSums sums, String name, @Nullable Object value) {
    switch (value) {
      case null -> {}
      case String text -> buckets.add(sums, namesAlone ? text : name + "=" + text, 1);
      case Boolean truth when !namesAlone -> buckets.add(sums, name, truth ? 1 : 0);
      case Number number when !namesAlone -> {
        if (!Double.isNaN(number.doubleValue())) {
          buckets.add(sums, name, number.doubleValue());
        }
      }
      default ->
          throw new InvalidInputException("FeatureHasher takes feature names, found " + value);
    }
  }
}
