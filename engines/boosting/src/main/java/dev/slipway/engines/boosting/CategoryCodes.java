package dev.slipway.engines.boosting;

import dev.slipway.inference.tensor.DataType;
import dev.slipway.inference.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/// The categories of the columns of a DataFrame a model was trained on: a value's code is its
/// place in its column's list, a value not in the list has none and counts as missing.
public final class CategoryCodes {
  /// For models that know of no categories.
  public static final CategoryCodes NONE = new CategoryCodes(List.of(), List.of());

  private final List<Map<Object, Integer>> columns;
  private final List<Integer> features;

  private CategoryCodes(List<Map<Object, Integer>> columns, List<Integer> features) {
    this.columns = columns;
    this.features = features;
  }

  /// @param lists of categories, strings, numbers or booleans, one for each categorical column in
  /// the order of the columns
  /// @param features that are categorical as far as the model tells; ignored unless there are as
  /// many as lists
  public static CategoryCodes of(JsonNode lists, List<Integer> features) {
    var columns = new ArrayList<Map<Object, Integer>>();
    for (var list : lists) {
      var codes = new HashMap<Object, Integer>();
      for (var value : list) {
        codes.putIfAbsent(key(value), codes.size());
      }
      columns.add(codes);
    }
    return new CategoryCodes(columns, features.size() == columns.size() ? features : List.of());
  }

  private static Object key(JsonNode value) {
    if (value.isNumber()) {
      return value.doubleValue();
    }
    if (value.isBoolean()) {
      return value.booleanValue() ? 1.0 : 0.0;
    }
    return value.isString() ? value.stringValue() : value.toString();
  }

  /// For each column of a table, which list of categories applies; -1 for none. As in pandas, the
  /// columns that hold texts are the categorical ones, in order, if there are as many as lists.
  int[] align(List<Tensor> table) {
    var places = new int[table.size()];
    Arrays.fill(places, -1);
    var found = features.isEmpty() ? texts(table) : features;
    if (found.size() == columns.size()) {
      for (int i = 0; i < found.size(); i++) {
        places[found.get(i)] = i;
      }
    }
    return places;
  }

  private static List<Integer> texts(List<Tensor> table) {
    var found = new ArrayList<Integer>();
    for (int column = 0; column < table.size(); column++) {
      if (table.get(column).type() == DataType.BYTES) {
        found.add(column);
      }
    }
    return found;
  }

  /// The codes of a column's values; NaN for a value that is none of the categories.
  double[] encode(int column, Tensor input) {
    var codes = columns.get(column);
    var values = new double[input.size()];
    if (input.type() == DataType.BYTES) {
      for (int i = 0; i < values.length; i++) {
        values[i] = code(codes, input.text(i));
      }
      return values;
    }
    var numbers = input.asDoubles();
    for (int i = 0; i < values.length; i++) {
      Integer code = codes.get(numbers[i] + 0.0);
      values[i] = code == null ? Double.NaN : code;
    }
    return values;
  }

  private static double code(Map<Object, Integer> codes, String text) {
    Integer code = codes.get(text);
    if (code == null) {
      try {
        code = codes.get(Double.parseDouble(text) + 0.0);
      } catch (NumberFormatException _) {
        return Double.NaN;
      }
    }
    return code == null ? Double.NaN : code;
  }
}
