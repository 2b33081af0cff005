package dev.slipway.engines.sklearn.text;

import dev.slipway.engines.sklearn.Estimator;
import dev.slipway.engines.sklearn.Estimators;
import dev.slipway.engines.sklearn.Frame;
import dev.slipway.engines.sklearn.pickle.PyObject;
import dev.slipway.engines.sklearn.preprocessing.SparseRows;
import dev.slipway.inference.engine.InvalidInputException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// `DictVectorizer`: named values of records as columns; text becomes a column of its own for each
/// value. The columns of a frame are the names; missing values are names that are not there, and
/// names never seen are left out.
final class Records implements Estimator.Transformer {
  private final Map<String, Integer> vocabulary = new HashMap<>();
  private final String separator;
  private final boolean sparse;

  private Records(PyObject object) {
    if (object.value("vocabulary_") instanceof Map<?, ?> map) {
      map.forEach(
          (name, index) -> {
            if (index instanceof Number number) {
              vocabulary.put(String.valueOf(name), number.intValue());
            }
          });
    }
    this.separator = object.text("separator", "=");
    this.sparse = object.truth("sparse", true);
  }

  static Estimator.Transformer read(PyObject object, Estimators readers) {
    return new Records(object);
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
    if (x.names().isEmpty() && x.columns() > 0) {
      throw new InvalidInputException(
          "DictVectorizer takes named columns, found " + x.columns() + " columns without names");
    }
    var columns = new Object[x.columns()][];
    for (int column = 0; column < columns.length; column++) {
      columns[column] = x.column(column);
    }
    var rows = new SparseRows(x.rows(), vocabulary.size(), x.rows() * columns.length);
    var sums = new RowSums(rows, false);
    for (int row = 0; row < x.rows(); row++) {
      for (int column = 0; column < columns.length; column++) {
        add(sums, x.names().get(column), columns[column][row]);
      }
      sums.endRow();
    }
    return sparse ? rows.frame() : new Frame.Dense(rows.frame().matrix());
  }

  private void add(RowSums sums, String name, @Nullable Object value) {
    var column = vocabulary.get(value instanceof String text ? name + separator + text : name);
    if (column == null) {
      return;
    }
    switch (value) {
      case null -> {}
      case String _ -> sums.add(column, 1);
      case Boolean truth -> sums.add(column, truth ? 1 : 0);
      case Number number when !Double.isNaN(number.doubleValue()) ->
          sums.add(column, number.doubleValue());
      default -> {}
    }
  }
}
