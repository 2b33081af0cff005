package dev.slipway.engines.sklearn.preprocessing;

import dev.slipway.engines.sklearn.Frame;
import dev.slipway.engines.sklearn.Matrix;
import java.util.Arrays;

/// Collects compressed sparse rows, entry by entry and row by row.
public final class SparseRows {
  private final int columns;
  private final int[] starts;
  private int[] indexes;
  private double[] values;
  private int row;
  private int size;

  /// @param expected entries in all; more will do
  public SparseRows(int rows, int columns, int expected) {
    this.columns = columns;
    this.starts = new int[rows + 1];
    this.indexes = new int[Math.max(4, expected)];
    this.values = new double[Math.max(4, expected)];
  }

  /// Appends an entry to the current row.
  public void add(int column, double value) {
    if (size == indexes.length) {
      int larger = Math.multiplyExact(size, 2);
      indexes = Arrays.copyOf(indexes, larger);
      values = Arrays.copyOf(values, larger);
    }
    indexes[size] = column;
    values[size++] = value;
  }

  /// Ends the current row.
  public void endRow() {
    starts[++row] = size;
  }

  /// All rows; called once, after the last row has ended.
  public Frame.Sparse frame() {
    return new Frame.Sparse(
        starts.length - 1,
        columns,
        starts,
        Arrays.copyOf(indexes, size),
        Arrays.copyOf(values, size));
  }

  /// The entries of a dense matrix that are not zero.
  public static Frame.Sparse of(Matrix matrix) {
    var rows = new SparseRows(matrix.rows(), matrix.columns(), matrix.rows());
    for (int row = 0; row < matrix.rows(); row++) {
      for (int column = 0; column < matrix.columns(); column++) {
        double value = matrix.at(row, column);
        if (value != 0) {
          rows.add(column, value);
        }
      }
      rows.endRow();
    }
    return rows.frame();
  }

  /// The same entries with other values.
  public static Frame.Sparse with(Frame.Sparse frame, double... values) {
    return new Frame.Sparse(frame.rows(), frame.columns(), frame.starts(), frame.indexes(), values);
  }

  /// Each entry times its column's factor.
  public static Frame.Sparse timesColumns(Frame.Sparse frame, double... factors) {
    var values = frame.values().clone();
    for (int i = 0; i < values.length; i++) {
      values[i] *= factors[frame.indexes()[i]];
    }
    return with(frame, values);
  }
}
