package dev.slipway.engines.sklearn.text;

import dev.slipway.engines.sklearn.preprocessing.SparseRows;
import java.util.Arrays;

/// The entries of one sparse row, in any order and repeated; added up when the row ends.
final class RowSums {
  private final SparseRows rows;
  private final boolean binary;
  private int[] columns = new int[64];
  private double[] values = new double[64];
  private int size;

  /// @param binary whether all sums count as 1
  RowSums(SparseRows rows, boolean binary) {
    this.rows = rows;
    this.binary = binary;
  }

  void add(int column, double value) {
    if (size == columns.length) {
      columns = Arrays.copyOf(columns, size * 2);
      values = Arrays.copyOf(values, size * 2);
    }
    columns[size] = column;
    values[size++] = value;
  }

  /// Appends the sums to the rows, by rising columns.
  void endRow() {
    var order = new long[size];
    for (int i = 0; i < size; i++) {
      order[i] = (long) columns[i] << 32 | i;
    }
    Arrays.sort(order);
    for (int i = 0; i < size; ) {
      int column = (int) (order[i] >>> 32);
      double sum = 0;
      while (i < size && (int) (order[i] >>> 32) == column) {
        sum += values[(int) order[i++]];
      }
      rows.add(column, binary ? 1 : sum);
    }
    rows.endRow();
    size = 0;
  }
}
