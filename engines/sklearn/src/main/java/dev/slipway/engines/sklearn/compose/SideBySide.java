package dev.slipway.engines.sklearn.compose;

import dev.slipway.engines.sklearn.Frame;
import dev.slipway.engines.sklearn.Matrix;
import dev.slipway.engines.sklearn.pickle.PyObject;
import dev.slipway.engines.sklearn.preprocessing.SparseRows;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Frames of the same rows put side by side.
final class SideBySide {
  private SideBySide() {}

  /// `transformer_weights`, by the names of the transformers; 1 where there is none.
  static double weight(PyObject object, String name) {
    return object.attributes().get("transformer_weights") instanceof Map<?, ?> weights
            && weights.get(name) instanceof Number weight
        ? weight.doubleValue()
        : 1;
  }

  /// Each value times a weight.
  static Frame weighted(Frame frame, double weight) {
    if (weight == 1) {
      return frame;
    }
    return switch (frame) {
      case Frame.Sparse sparse -> SparseRows.with(sparse, times(sparse.values(), weight));
      default -> {
        var matrix = frame.matrix();
        yield new Frame.Dense(
            new Matrix(times(matrix.values(), weight), matrix.rows(), matrix.columns()));
      }
    };
  }

  private static double[] times(double[] values, double weight) {
    var out = values.clone();
    for (int i = 0; i < out.length; i++) {
      out[i] *= weight;
    }
    return out;
  }

  /// @param sparse whether the result is sparse; otherwise it is a table if a part holds anything
  /// but numbers, and a matrix if not
  static Frame of(List<Frame> parts, int rows, boolean sparse) {
    if (parts.size() == 1 && parts.getFirst() instanceof Frame.Sparse == sparse) {
      return parts.getFirst();
    }
    if (sparse) {
      return sparse(parts, rows);
    }
    return parts.stream().anyMatch(SideBySide::mixed) ? table(parts, rows) : dense(parts, rows);
  }

  private static boolean mixed(Frame frame) {
    return frame instanceof Frame.Table table
        && table.data().stream().anyMatch(column -> column instanceof Object[]);
  }

  private static Frame sparse(List<Frame> parts, int rows) {
    var all = new ArrayList<Frame.Sparse>();
    int columns = 0;
    int entries = 0;
    for (var part : parts) {
      var own = part instanceof Frame.Sparse already ? already : SparseRows.of(part.matrix());
      all.add(own);
      columns = Math.addExact(columns, own.columns());
      entries += own.values().length;
    }
    var out = new SparseRows(rows, columns, entries);
    for (int row = 0; row < rows; row++) {
      int offset = 0;
      for (var part : all) {
        for (int i = part.starts()[row]; i < part.starts()[row + 1]; i++) {
          out.add(offset + part.indexes()[i], part.values()[i]);
        }
        offset += part.columns();
      }
      out.endRow();
    }
    return out.frame();
  }

  private static Frame dense(List<Frame> parts, int rows) {
    int columns = parts.stream().mapToInt(Frame::columns).sum();
    var out = Matrix.zeros(rows, columns);
    int offset = 0;
    for (var part : parts) {
      var matrix = part.matrix();
      for (int row = 0; row < rows; row++) {
        System.arraycopy(
            matrix.values(),
            row * matrix.columns(),
            out.values(),
            row * columns + offset,
            matrix.columns());
      }
      offset += matrix.columns();
    }
    return new Frame.Dense(out);
  }

  private static Frame table(List<Frame> parts, int rows) {
    var columns = new ArrayList<Object>();
    for (var part : parts) {
      if (part instanceof Frame.Table table) {
        columns.addAll(table.data());
      } else {
        var matrix = part.matrix();
        for (int column = 0; column < matrix.columns(); column++) {
          columns.add(column(matrix, column));
        }
      }
    }
    return new Frame.Table(rows, List.of(), columns);
  }

  private static double[] column(Matrix matrix, int index) {
    var column = new double[matrix.rows()];
    for (int row = 0; row < column.length; row++) {
      column[row] = matrix.at(row, index);
    }
    return column;
  }
}
