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

  public double at(int row, int column) {
    return values[row * columns + column];
  }
}
