package dev.slipway.engines.sklearn;

import dev.slipway.engines.sklearn.pickle.NdArray;
import dev.slipway.engines.sklearn.pickle.PyObject;
import java.util.ArrayList;
import java.util.List;

/// Attributes of a pickled estimator in the forms arithmetic takes.
public final class Fields {
  private Fields() {}

  /// A matrix: an array of two dimensions, one of one dimension as one row, a number, or a scipy
  /// sparse matrix.
  public static Matrix matrix(PyObject object, String attribute) {
    var value = object.value(attribute);
    if (value instanceof PyObject sparse && sparse.has("indptr")) {
      return SparseFields.dense(sparse);
    }
    if (value instanceof Number number) {
      return new Matrix(new double[] {number.doubleValue()}, 1, 1);
    }
    return matrix(object.array(attribute));
  }

  /// As [#matrix(PyObject, String)].
  public static Matrix matrix(NdArray array) {
    var shape = array.shape();
    if (shape.length > 2) {
      throw new UnsupportedEstimatorException(
          "expected a matrix, found an array of " + shape.length + " dimensions");
    }
    var values = array.doubles();
    return switch (shape.length) {
      case 0 -> new Matrix(values, 1, 1);
      case 1 -> new Matrix(values, 1, values.length);
      default -> new Matrix(values, shape[0], shape[1]);
    };
  }

  /// A number as an array of one, or an array.
  public static double[] vector(PyObject object, String attribute) {
    return object.value(attribute) instanceof NdArray array
        ? array.doubles()
        : new double[] {object.number(attribute)};
  }

  /// A list of matrices.
  public static List<Matrix> matrices(PyObject object, String attribute) {
    var all = new ArrayList<Matrix>();
    for (var value : object.list(attribute)) {
      if (!(value instanceof NdArray array)) {
        throw new UnsupportedEstimatorException(object + ": " + attribute + " holds no arrays");
      }
      all.add(matrix(array));
    }
    return all;
  }

  /// A list of arrays, or the rows of an array of two dimensions.
  public static List<double[]> vectors(PyObject object, String attribute) {
    var all = new ArrayList<double[]>();
    if (object.value(attribute) instanceof NdArray array
        && !(array.storage() instanceof Object[])) {
      var rows = matrix(array);
      for (int i = 0; i < rows.rows(); i++) {
        all.add(rows.row(i));
      }
      return all;
    }
    matrices(object, attribute).forEach(each -> all.add(each.values()));
    return all;
  }

  /// The dimensions of an array attribute.
  public static int dimensions(PyObject object, String attribute) {
    return object.value(attribute) instanceof NdArray array ? array.shape().length : 0;
  }

  /// `classes_` of a classifier with one output.
  public static Labels classes(PyObject object) {
    return Labels.of(object.array("classes_"));
  }

  /// The text of a setting, or `None` or a callable as something no setting equals.
  public static String setting(PyObject object, String attribute, String otherwise) {
    var value = object.attributes().get(attribute);
    return switch (value) {
      case String text -> text;
      case null -> object.attributes().containsKey(attribute) ? "None" : otherwise;
      default -> "(" + value.getClass().getSimpleName() + ")";
    };
  }
}
