package dev.slipway.engines.sklearn;

import dev.slipway.engines.sklearn.pickle.PyObject;
import dev.slipway.engines.sklearn.pickle.PyTuple;

/// scipy's compressed matrices, which some estimators keep.
final class SparseFields {
  private static final int MOST_ELEMENTS = 1 << 28;

  private SparseFields() {}

  /// @param sparse a `csr_matrix`, `csc_matrix` or their `_array` kind
  static Matrix dense(PyObject sparse) {
    if (!(sparse.value("_shape") instanceof PyTuple(var shape))
        || shape.size() != 2
        || !(shape.getFirst() instanceof Long rows)
        || !(shape.get(1) instanceof Long columns)
        || rows < 0
        || columns < 0
        || rows > MOST_ELEMENTS
        || columns > MOST_ELEMENTS
        || rows * columns > MOST_ELEMENTS) {
      throw new UnsupportedEstimatorException(sparse + " has no shape that fits into memory");
    }
    boolean byRow = sparse.name().startsWith("csr");
    if (!byRow && !sparse.name().startsWith("csc")) {
      throw new UnsupportedEstimatorException(sparse + " is no csr or csc matrix");
    }
    return fill(sparse, Matrix.zeros(rows.intValue(), columns.intValue()), byRow);
  }

  private static Matrix fill(PyObject sparse, Matrix target, boolean byRow) {
    var starts = sparse.array("indptr").integers();
    var indexes = sparse.array("indices").integers();
    var values = sparse.doubles("data");
    for (int major = 0; major + 1 < starts.length; major++) {
      for (int i = starts[major]; i < starts[major + 1]; i++) {
        int row = byRow ? major : indexes[i];
        int column = byRow ? indexes[i] : major;
        target.values()[row * target.columns() + column] += values[i];
      }
    }
    return target;
  }
}
