package dev.slipway.engines.sklearn;

import java.util.List;
import java.util.Optional;

/// What an estimator is given: rows by columns, as numpy, scipy or pandas would hold them.
public sealed interface Frame permits Frame.Dense, Frame.Sparse, Frame.Table {
  int rows();

  int columns();

  /// Names of the columns; empty where they have none.
  List<String> names();

  /// All values as numbers. Text that spells a number counts as it does in numpy's conversion;
  /// missing values are NaN.
  ///
  /// @throws dev.slipway.inference.engine.InvalidInputException naming the column and value that is
  /// no number
  Matrix matrix();

  /// One column as Python values: `Double`, `Long`, `Boolean`, `String`, `null` for a missing one.
  Object[] column(int index);

  /// Some columns, in the order given.
  Frame select(int... indexes);

  /// Rows of numbers without names, or with.
  record Dense(Matrix matrix, List<String> names) implements Frame {
    public Dense {
      names = List.copyOf(names);
    }

    public Dense(Matrix matrix) {
      this(matrix, List.of());
    }

    @Override
    public int rows() {
      return matrix.rows();
    }

    @Override
    public int columns() {
      return matrix.columns();
    }

    @Override
    public Object[] column(int index) {
      var column = new Object[rows()];
      for (int i = 0; i < column.length; i++) {
        column[i] = matrix.at(i, index);
      }
      return column;
    }

    @Override
    public Frame select(int... indexes) {
      return Frames.select(this, indexes);
    }
  }

  /// Compressed sparse rows, as vectorisers and one-hot encoders make them.
  ///
  /// @param starts where each row begins in `indexes`, and the end: `rows + 1` entries
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  record Sparse(int rows, int columns, int[] starts, int[] indexes, double[] values)
      implements Frame {
    @Override
    public List<String> names() {
      return List.of();
    }

    @Override
    public Matrix matrix() {
      return Frames.dense(this);
    }

    @Override
    public Object[] column(int index) {
      return new Dense(matrix()).column(index);
    }

    @Override
    public Frame select(int... wanted) {
      return Frames.select(this, wanted);
    }
  }

  /// Columns of their own types.
  ///
  /// @param data one array a column, of equal length: `double[]`, `long[]`, `boolean[]` or
  /// `Object[]`
  record Table(int rows, List<String> names, List<Object> data) implements Frame {
    public Table {
      names = List.copyOf(names);
      data = List.copyOf(data);
    }

    @Override
    public int columns() {
      return data.size();
    }

    @Override
    public Matrix matrix() {
      return Frames.numbers(this);
    }

    @Override
    public Object[] column(int index) {
      return Frames.boxed(data.get(index));
    }

    @Override
    public Frame select(int... indexes) {
      return Frames.select(this, indexes);
    }
  }

  /// The position of a named column.
  default Optional<Integer> position(String name) {
    int found = names().indexOf(name);
    return found < 0 ? Optional.empty() : Optional.of(found);
  }
}
