package dev.slipway.engines.sklearn.preprocessing;

import dev.slipway.engines.sklearn.Frame;
import dev.slipway.engines.sklearn.Matrix;
import dev.slipway.engines.sklearn.pickle.NdArray;
import dev.slipway.engines.sklearn.pickle.PyObject;
import dev.slipway.inference.engine.InvalidInputException;
import java.util.ArrayList;
import java.util.List;

/// What every fitted estimator says of its input.
///
/// @param name the class's name, for messages
/// @param features `n_features_in_`; -1 where it does not say
/// @param names `feature_names_in_`; empty where it was fitted without names
public record Header(String name, int features, List<String> names) {
  public Header {
    names = List.copyOf(names);
  }

  public static Header of(PyObject object) {
    return new Header(object.name(), object.integer("n_features_in_", -1), names(object));
  }

  /// The same with another number of features, where the attributes show it better.
  public Header width(int count) {
    return new Header(name, count, names);
  }

  private static List<String> names(PyObject object) {
    var names = new ArrayList<String>();
    if (object.attributes().get("feature_names_in_") instanceof NdArray array
        && array.storage() instanceof Object[] values) {
      for (var value : values) {
        names.add(String.valueOf(value));
      }
    }
    return names;
  }

  /// @throws InvalidInputException if the frame has another number of columns
  public void checkWidth(Frame x) {
    if (features >= 0 && x.columns() != features) {
      throw new InvalidInputException(
          "X has "
              + x.columns()
              + " features, but "
              + name
              + " is expecting "
              + features
              + " features as input"
              + (names.isEmpty() ? "" : ": " + String.join(", ", names)));
    }
  }

  /// The frame as numbers, in the fitted width; values may be anything.
  public Matrix numbers(Frame x) {
    checkWidth(x);
    return x.matrix();
  }

  /// @param nanAllowed whether NaN passes; infinity never does
  /// @throws InvalidInputException naming the first column with a value that may not be there
  public void checkFinite(double[] values, int columns, boolean nanAllowed) {
    double sum = 0;
    for (double value : values) {
      sum += value * 0;
    }
    if (sum == 0) {
      return;
    }
    for (int i = 0; i < values.length; i++) {
      if (Double.isInfinite(values[i])) {
        throw new InvalidInputException(
            "Input X contains infinity or a value too large for dtype('float64')"
                + column(i, columns));
      }
      if (!nanAllowed && Double.isNaN(values[i])) {
        throw refusedNan(column(i, columns));
      }
    }
  }

  InvalidInputException refusedNan(String where) {
    return new InvalidInputException(
        "Input X contains NaN" + where + "; " + name + " does not accept missing values");
  }

  private String column(int position, int columns) {
    if (columns <= 0) {
      return "";
    }
    int column = position % columns;
    return " in column " + (column < names.size() ? names.get(column) : String.valueOf(column));
  }
}
