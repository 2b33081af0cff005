package dev.slipway.engines.sklearn.preprocessing;

import dev.slipway.engines.sklearn.Frame;
import dev.slipway.engines.sklearn.UnsupportedEstimatorException;
import dev.slipway.engines.sklearn.pickle.NdArray;
import dev.slipway.engines.sklearn.pickle.PyObject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The categories of one column, and the position of a value among them.
final class Categories {
  /// Found in no category.
  static final int UNKNOWN = -1;

  private static final int MOST_NAMED = 20;

  private final Map<Object, Integer> positions = new HashMap<>();
  private final int size;
  private final int nan;
  private final double[] sorted;

  private Categories(NdArray values) {
    this.size = values.size();
    var boxed = boxed(values);
    int found = UNKNOWN;
    for (int i = 0; i < size; i++) {
      positions.putIfAbsent(PyValues.key(boxed[i]), i);
      if (PyValues.isNan(boxed[i])) {
        found = i;
      }
    }
    this.nan = found;
    this.sorted = sorted(values);
  }

  /// `categories_`, one a column.
  static List<Categories> list(PyObject object, String attribute) {
    var all = new ArrayList<Categories>();
    for (var value : object.list(attribute)) {
      if (!(value instanceof NdArray array)) {
        throw new UnsupportedEstimatorException(
            object.type() + ": " + attribute + " holds no array");
      }
      all.add(new Categories(array));
    }
    return all;
  }

  static Categories of(NdArray values) {
    return new Categories(values);
  }

  private static Object[] boxed(NdArray values) {
    if (values.storage() instanceof Object[] objects) {
      return objects;
    }
    if (values.storage() instanceof boolean[] truths) {
      var boxed = new Object[truths.length];
      for (int i = 0; i < boxed.length; i++) {
        boxed[i] = truths[i];
      }
      return boxed;
    }
    return Arrays.stream(values.doubles()).boxed().toArray();
  }

  /// The numbers in rising order, for a search without boxes; empty where that is not how they are.
  private static double[] sorted(NdArray values) {
    if (values.storage() instanceof Object[]) {
      return new double[0];
    }
    var numbers = values.doubles();
    for (int i = 1; i < numbers.length; i++) {
      if (!(numbers[i - 1] < numbers[i] || Double.isNaN(numbers[i]))) {
        return new double[0];
      }
    }
    return numbers;
  }

  int size() {
    return size;
  }

  boolean ofText() {
    return positions.keySet().stream().anyMatch(String.class::isInstance);
  }

  /// The position of NaN, or [#UNKNOWN].
  int nan() {
    return nan;
  }

  int position(@Nullable Object value) {
    int found = positions.getOrDefault(PyValues.key(value), UNKNOWN);
    if (found != UNKNOWN) {
      return found;
    }
    return switch (value) {
      case null -> nan;
      case String text -> otherwise(text);
      default -> UNKNOWN;
    };
  }

  /// Empty text is what becomes of a missing one in protocols without null, and numbers come as
  /// text
  /// in a tensor that holds both.
  private int otherwise(String text) {
    if (text.isEmpty()) {
      return positions.getOrDefault(PyValues.NONE, nan);
    }
    if (sorted.length == 0) {
      return UNKNOWN;
    }
    try {
      return position(Double.parseDouble(text));
    } catch (NumberFormatException _) {
      return UNKNOWN;
    }
  }

  int position(double value) {
    if (sorted.length == 0) {
      return position((Object) value);
    }
    int found = Arrays.binarySearch(sorted, value + 0.0);
    return found < 0 ? UNKNOWN : found;
  }

  /// The positions of a whole column.
  int[] positions(Frame x, int column) {
    var found = new int[x.rows()];
    switch (x) {
      case Frame.Dense dense -> {
        for (int row = 0; row < found.length; row++) {
          found[row] = position(dense.matrix().at(row, column));
        }
      }
      case Frame.Table table when table.data().get(column) instanceof double[] values -> {
        for (int row = 0; row < found.length; row++) {
          found[row] = position(values[row]);
        }
      }
      case Frame.Table table when table.data().get(column) instanceof long[] values -> {
        for (int row = 0; row < found.length; row++) {
          found[row] = position((double) values[row]);
        }
      }
      default -> {
        var values = x.column(column);
        for (int row = 0; row < found.length; row++) {
          found[row] = position(values[row]);
        }
      }
    }
    return found;
  }

  /// The values of a column that are in no category, as a message names them.
  String unknown(Frame x, int column) {
    var unknown = new LinkedHashSet<String>();
    for (var value : x.column(column)) {
      if (position(value) == UNKNOWN) {
        if (unknown.size() == MOST_NAMED) {
          unknown.add("...");
          break;
        }
        unknown.add(PyValues.repr(value));
      }
    }
    return "[" + String.join(", ", unknown) + "]";
  }
}
