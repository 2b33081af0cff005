package dev.slipway.engines.sklearn;

import dev.slipway.inference.engine.InvalidInputException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Conversions between frames.
final class Frames {
  private Frames() {}

  static Frame select(Frame.Dense frame, int... indexes) {
    var source = frame.matrix();
    var target = Matrix.zeros(source.rows(), indexes.length);
    for (int row = 0; row < source.rows(); row++) {
      for (int i = 0; i < indexes.length; i++) {
        target.values()[row * indexes.length + i] = source.at(row, indexes[i]);
      }
    }
    return new Frame.Dense(target, names(frame.names(), indexes));
  }

  static Frame select(Frame.Table frame, int... indexes) {
    var data = new ArrayList<Object>();
    for (int index : indexes) {
      data.add(frame.data().get(index));
    }
    return new Frame.Table(frame.rows(), names(frame.names(), indexes), data);
  }

  static Frame select(Frame.Sparse frame, int... indexes) {
    var targets = new int[frame.columns()];
    Arrays.fill(targets, -1);
    for (int i = 0; i < indexes.length; i++) {
      if (targets[indexes[i]] >= 0) { // a column wanted twice
        return select(new Frame.Dense(dense(frame)), indexes);
      }
      targets[indexes[i]] = i;
    }
    var starts = new int[frame.rows() + 1];
    var kept = new int[frame.indexes().length];
    var values = new double[kept.length];
    int size = 0;
    for (int row = 0; row < frame.rows(); row++) {
      for (int i = frame.starts()[row]; i < frame.starts()[row + 1]; i++) {
        if (targets[frame.indexes()[i]] >= 0) {
          kept[size] = targets[frame.indexes()[i]];
          values[size++] = frame.values()[i];
        }
      }
      starts[row + 1] = size;
    }
    return new Frame.Sparse(
        frame.rows(),
        indexes.length,
        starts,
        Arrays.copyOf(kept, size),
        Arrays.copyOf(values, size));
  }

  private static List<String> names(List<String> names, int... indexes) {
    return names.isEmpty() ? List.of() : Arrays.stream(indexes).mapToObj(names::get).toList();
  }

  static Matrix dense(Frame.Sparse frame) {
    var target = Matrix.zeros(frame.rows(), frame.columns());
    for (int row = 0; row < frame.rows(); row++) {
      for (int i = frame.starts()[row]; i < frame.starts()[row + 1]; i++) {
        target.values()[row * frame.columns() + frame.indexes()[i]] += frame.values()[i];
      }
    }
    return target;
  }

  static Matrix numbers(Frame.Table frame) {
    int columns = frame.columns();
    var target = Matrix.zeros(frame.rows(), columns);
    for (int column = 0; column < columns; column++) {
      var data = frame.data().get(column);
      for (int row = 0; row < frame.rows(); row++) {
        target.values()[row * columns + column] = number(frame, column, data, row);
      }
    }
    return target;
  }

  private static double number(Frame.Table frame, int column, Object data, int row) {
    return switch (data) {
      case double[] values -> values[row];
      case long[] values -> values[row];
      case boolean[] values -> values[row] ? 1 : 0;
      case Object[] values -> number(frame, column, values[row]);
      default -> throw new IllegalStateException("no column type: " + data.getClass());
    };
  }

  private static double number(Frame.Table frame, int column, @Nullable Object value) {
    return switch (value) {
      case null -> Double.NaN;
      case Number number -> number.doubleValue();
      case Boolean truth -> truth ? 1 : 0;
      default -> parse(frame, column, value.toString());
    };
  }

  /// Empty text is what becomes of a `null` among texts; `nan` is Python's spelling.
  private static double parse(Frame.Table frame, int column, String text) {
    var word = text.strip();
    if (word.isEmpty() || word.equalsIgnoreCase("nan")) {
      return Double.NaN;
    }
    try {
      return Double.parseDouble(word);
    } catch (NumberFormatException _) {
      var name = frame.names().isEmpty() ? String.valueOf(column) : frame.names().get(column);
      throw new InvalidInputException(
          "column " + name + ": \"" + text + "\" is no number, and the model takes numbers here");
    }
  }

  static Object[] boxed(Object data) {
    return switch (data) {
      case double[] values -> Arrays.stream(values).boxed().toArray();
      case long[] values -> Arrays.stream(values).boxed().toArray();
      case boolean[] values -> {
        var boxed = new Object[values.length];
        for (int i = 0; i < boxed.length; i++) {
          boxed[i] = values[i];
        }
        yield boxed;
      }
      case Object[] values -> values;
      default -> throw new IllegalStateException("no column type: " + data.getClass());
    };
  }
}
