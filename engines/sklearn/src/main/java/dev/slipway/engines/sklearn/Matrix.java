package dev.slipway.engines.sklearn;

/// Rows of numbers, dense, row-major. Not written to once handed on.
public final class Matrix {
  private final double[] values;
  private final int rows;
  private final int columns;

  /// @param values `[rows, columns]`, kept, not copied
  public Matrix(double[] values, int rows, int columns) {
    if (values.length != rows * columns) {
      throw new IllegalArgumentException(
          values.length + " values are not " + rows + " rows of " + columns);
    }
    this.values = values;
    this.rows = rows;
    this.columns = columns;
  }

  public static Matrix zeros(int rows, int columns) {
    return new Matrix(new double[Math.multiplyExact(rows, columns)], rows, columns);
  }

  /// Row-major; only its maker writes to it.
  public double[] values() {
    return values;
  }

  public int rows() {
    return rows;
  }

  public int columns() {
    return columns;
  }

  /// A copy of one row.
  public double[] row(int row) {
    return java.util.Arrays.copyOfRange(values, row * columns, (row + 1) * columns);
  }

  public Matrix transposed() {
    var target = zeros(columns, rows);
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        target.values[column * rows + row] = values[row * columns + column];
      }
    }
    return target;
  }

  public double at(int row, int column) {
    return values[row * columns + column];
  }
}
