package dev.slipway.engines.sklearn.preprocessing;

import dev.slipway.engines.sklearn.Estimator;
import dev.slipway.engines.sklearn.Estimators;
import dev.slipway.engines.sklearn.Frame;
import dev.slipway.engines.sklearn.Matrix;
import dev.slipway.engines.sklearn.pickle.PyObject;
import dev.slipway.inference.engine.InvalidInputException;
import java.util.Arrays;

/// Transformers of labels: their positions, or a column a label.
final class LabelTransformers {
  private LabelTransformers() {}

  /// What turns a frame of labels into numbers.
  @FunctionalInterface
  private interface Encoding {
    Frame of(Frame labels);
  }

  private record LabelTransformer(Encoding encoding) implements Estimator.Transformer {
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
      return encoding.of(x);
    }
  }

  /// `LabelEncoder`: one column of positions in `classes_`.
  static Estimator.Transformer encoder(PyObject object, Estimators readers) {
    var classes = Categories.of(object.array("classes_"));
    return new LabelTransformer(labels -> new Frame.Dense(encoded(classes, labels)));
  }

  private static Matrix encoded(Categories classes, Frame labels) {
    requireOne("LabelEncoder", labels);
    var positions = classes.positions(labels, 0);
    var out = Matrix.zeros(labels.rows(), 1);
    for (int row = 0; row < positions.length; row++) {
      if (positions[row] == Categories.UNKNOWN) {
        throw new InvalidInputException(
            "y contains previously unseen labels: " + classes.unknown(labels, 0));
      }
      out.values()[row] = positions[row];
    }
    return out;
  }

  private static void requireOne(String name, Frame labels) {
    if (labels.columns() != 1) {
      throw new InvalidInputException(
          name + ": y should be a 1d array, got " + labels.columns() + " columns instead");
    }
  }

  /// `LabelBinarizer`: a column a class; one column where there are two.
  static Estimator.Transformer binarizer(PyObject object, Estimators readers) {
    var classes = Categories.of(object.array("classes_"));
    double absent = object.number("neg_label", 0);
    double present = object.number("pos_label", 1);
    boolean sparse = object.truth("sparse_output", false);
    return new LabelTransformer(
        labels -> {
          var out =
              labels.columns() == 1
                  ? binarized(classes, labels, absent, present)
                  : indicators(labels.matrix(), absent, present);
          return sparse ? SparseRows.of(out) : new Frame.Dense(out);
        });
  }

  private static Matrix binarized(Categories classes, Frame labels, double absent, double present) {
    var positions = classes.positions(labels, 0);
    long found = Arrays.stream(labels.column(0)).map(PyValues::key).distinct().count();
    int width = classes.size() == 2 && found <= 2 ? 1 : classes.size();
    var out = Matrix.zeros(labels.rows(), width);
    Arrays.fill(out.values(), absent);
    for (int row = 0; row < positions.length; row++) {
      int column = width == 1 ? positions[row] - 1 : positions[row];
      if (column >= 0) {
        out.values()[row * width + column] = present;
      }
    }
    return out;
  }

  private static Matrix indicators(Matrix labels, double absent, double present) {
    var out = Matrix.zeros(labels.rows(), labels.columns());
    for (int i = 0; i < out.values().length; i++) {
      out.values()[i] = labels.values()[i] == 0 ? absent : present;
    }
    return out;
  }

  /// `MultiLabelBinarizer`: a column a class, 1 where one of the row's values is that class;
  /// unknown
  /// and missing values count as none.
  static Estimator.Transformer multiLabel(PyObject object, Estimators readers) {
    var classes = Categories.of(object.array("classes_"));
    boolean sparse = object.truth("sparse_output", false);
    return new LabelTransformer(
        labels -> {
          var out = Matrix.zeros(labels.rows(), classes.size());
          for (int column = 0; column < labels.columns(); column++) {
            var positions = classes.positions(labels, column);
            for (int row = 0; row < positions.length; row++) {
              if (positions[row] != Categories.UNKNOWN) {
                out.values()[row * classes.size() + positions[row]] = 1;
              }
            }
          }
          return sparse ? SparseRows.of(out) : new Frame.Dense(out);
        });
  }
}
