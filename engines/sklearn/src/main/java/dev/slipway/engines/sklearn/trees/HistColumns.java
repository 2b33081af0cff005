package dev.slipway.engines.sklearn.trees;

import dev.slipway.engines.sklearn.Frame;
import dev.slipway.engines.sklearn.UnsupportedEstimatorException;
import dev.slipway.engines.sklearn.pickle.NdArray;
import dev.slipway.engines.sklearn.pickle.PyObject;
import dev.slipway.engines.sklearn.pickle.PyTuple;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The columns of a row as histogram gradient boosting's trees see them.
///
/// Since scikit-learn 1.4 categorical columns come first, as positions in the encoder's
/// `categories_`, and the others follow; before, columns stay as they are and categories are small
/// integers. A category that is missing, negative or not known from training becomes NaN: all three
/// go the way of missing values.
///
/// @param order where each column of the trees is found in the frame; empty: as they are
/// @param codes for each column of the trees, positions of its encoded categories; empty: numbers
/// @param known for each column of the trees, categories seen in training; empty: not categorical
record HistColumns(
    List<Integer> order, List<Optional<Map<Object, Integer>>> codes, List<Optional<BitSet>> known) {
  private static final int CATEGORY_MASK = 0xFF;

  static HistColumns of(PyObject object) {
    var known = known(object.object("_bin_mapper"));
    var preprocessor = object.optionalObject("_preprocessor");
    if (preprocessor.isEmpty()) {
      return new HistColumns(List.of(), List.of(), known);
    }
    var categorical = truths(object.array("is_categorical_"));
    var codes = new ArrayList<Optional<Map<Object, Integer>>>();
    for (var categories : encoder(preprocessor.get()).list("categories_")) {
      codes.add(Optional.of(positions(categories)));
    }
    var order = new ArrayList<Integer>();
    for (boolean wanted : new boolean[] {true, false}) {
      for (int column = 0; column < categorical.length; column++) {
        if (categorical[column] == wanted) {
          order.add(column);
        }
      }
    }
    while (codes.size() < order.size()) {
      codes.add(Optional.empty());
    }
    return new HistColumns(List.copyOf(order), List.copyOf(codes), known);
  }

  private static boolean[] truths(NdArray array) {
    var numbers = array.doubles();
    var truths = new boolean[numbers.length];
    for (int i = 0; i < truths.length; i++) {
      truths[i] = numbers[i] != 0;
    }
    return truths;
  }

  private static List<Optional<BitSet>> known(PyObject mapper) {
    if (!mapper.has("is_categorical_")) {
      return List.of();
    }
    var categorical = truths(mapper.array("is_categorical_"));
    var thresholds = mapper.list("bin_thresholds_");
    var known = new ArrayList<Optional<BitSet>>();
    for (int column = 0; column < categorical.length; column++) {
      if (categorical[column] && thresholds.get(column) instanceof NdArray categories) {
        var set = new BitSet();
        Arrays.stream(categories.integers()).forEach(at -> set.set(at & CATEGORY_MASK));
        known.add(Optional.of(set));
      } else {
        known.add(Optional.empty());
      }
    }
    return known.stream().allMatch(Optional::isEmpty) ? List.of() : List.copyOf(known);
  }

  private static PyObject encoder(PyObject preprocessor) {
    for (var entry : preprocessor.list("transformers_")) {
      if (entry instanceof PyTuple tuple
          && tuple.values().size() == 3
          && tuple.values().get(1) instanceof PyObject encoder
          && encoder.name().equals("OrdinalEncoder")) {
        return encoder;
      }
    }
    throw new UnsupportedEstimatorException(
        preprocessor.type() + ": an OrdinalEncoder was expected among the transformers");
  }

  private static Map<Object, Integer> positions(@Nullable Object categories) {
    if (!(categories instanceof NdArray array)) {
      throw new UnsupportedEstimatorException("categories_ should be arrays, found " + categories);
    }
    Object[] values =
        array.storage() instanceof Object[] objects
            ? objects
            : Arrays.stream(array.doubles()).boxed().toArray();
    var positions = new HashMap<Object, Integer>();
    for (int i = 0; i < values.length; i++) {
      key(values[i]).ifPresent(new Positions(positions, i)::put);
    }
    return positions;
  }

  private record Positions(Map<Object, Integer> positions, int position) {
    void put(Object key) {
      positions.put(key, position);
    }
  }

  /// A category as it is compared: numbers and truths by value, the rest as text.
  private static Optional<Object> key(@Nullable Object value) {
    return switch (value) {
      case null -> Optional.empty();
      case Double number when number.isNaN() -> Optional.empty();
      case Number number -> Optional.of(number.doubleValue() + 0.0);
      case Boolean truth -> Optional.of(truth ? 1.0 : 0.0);
      case PyObject _ -> Optional.empty(); // pandas.NA
      default -> Optional.of(value.toString());
    };
  }

  /// @return `[rows, features]` in the order of the trees
  double[] rows(Inputs inputs, Frame x) {
    if (order.isEmpty()) {
      var values = inputs.matrix(x).values();
      return known.isEmpty() ? values : withoutUnknown(values.clone(), x.rows(), x.columns());
    }
    inputs.check(x);
    int width = order.size();
    var rows = new double[Math.multiplyExact(x.rows(), width)];
    for (int column = 0; column < width; column++) {
      fill(rows, column, x);
    }
    return withoutUnknown(rows, x.rows(), width);
  }

  private void fill(double[] rows, int column, Frame x) {
    int width = order.size();
    var positions = codes.get(column);
    if (positions.isEmpty()) {
      var values = x.select(order.get(column)).matrix().values();
      for (int row = 0; row < values.length; row++) {
        rows[row * width + column] = values[row];
      }
      return;
    }
    var values = x.column(order.get(column));
    for (int row = 0; row < values.length; row++) {
      var position = key(values[row]).map(positions.get()::get);
      rows[row * width + column] = position.isPresent() ? position.get() : Double.NaN;
    }
  }

  private double[] withoutUnknown(double[] rows, int count, int width) {
    for (int column = 0; column < known.size(); column++) {
      var categories = known.get(column);
      if (categories.isEmpty()) {
        continue;
      }
      for (int at = column; at < count * width; at += width) {
        rows[at] = category(rows[at], categories.get());
      }
    }
    return rows;
  }

  /// A known category, or NaN. Beyond 255 only the low eight bits count, as in scikit-learn's cast.
  private static double category(double value, BitSet known) {
    if (Double.isNaN(value) || value < 0) {
      return Double.NaN;
    }
    int category = (int) value & CATEGORY_MASK;
    return known.get(category) ? category : Double.NaN;
  }
}
