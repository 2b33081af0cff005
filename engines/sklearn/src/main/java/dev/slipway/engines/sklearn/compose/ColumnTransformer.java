package dev.slipway.engines.sklearn.compose;

import dev.slipway.engines.sklearn.Estimator;
import dev.slipway.engines.sklearn.Estimators;
import dev.slipway.engines.sklearn.Frame;
import dev.slipway.engines.sklearn.UnsupportedEstimatorException;
import dev.slipway.engines.sklearn.pickle.NdArray;
import dev.slipway.engines.sklearn.pickle.PyObject;
import dev.slipway.engines.sklearn.pickle.PyTuple;
import dev.slipway.engines.sklearn.preprocessing.Header;
import dev.slipway.inference.engine.InvalidInputException;
import dev.slipway.inference.tensor.DataType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// `ColumnTransformer`: transformers for some columns each, their results side by side.
///
/// A frame with names is taken by name, in any order and with further columns, if it was fitted
/// with names; otherwise columns count by position.
final class ColumnTransformer implements Estimator.Transformer {
  private final Header header;
  private final List<Part> parts;
  private final boolean sparse;

  /// @param columns positions among the fitted ones
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  private record Part(Estimator.Transformer transformer, int[] columns, double weight) {}

  private ColumnTransformer(Header header, List<Part> parts, boolean sparse) {
    this.header = header;
    this.parts = List.copyOf(parts);
    this.sparse = sparse;
  }

  static Estimator.Transformer read(PyObject object, Estimators readers) {
    var indexes =
        object.value("_transformer_to_input_indices") instanceof Map<?, ?> map ? map : Map.of();
    var parts = new ArrayList<Part>();
    for (var step : Steps.of(object, "transformers_")) {
      var columns = columns(object, step.name(), indexes.get(step.name()));
      if (!step.dropped() && columns.length > 0) {
        double weight = SideBySide.weight(object, step.name());
        parts.add(new Part(step.transformer(object, readers), columns, weight));
      }
    }
    return new ColumnTransformer(Header.of(object), parts, object.truth("sparse_output_", false));
  }

  private static int[] columns(PyObject object, String name, @Nullable Object value) {
    return switch (value) {
      case NdArray array -> array.integers();
      case PyTuple tuple -> integers(tuple.values());
      case List<?> list -> integers(list);
      case null, default ->
          throw new UnsupportedEstimatorException(
              object.type() + ": no columns are known of transformer \"" + name + "\"");
    };
  }

  private static int[] integers(List<?> values) {
    return values.stream().mapToInt(value -> ((Number) value).intValue()).toArray();
  }

  @Override
  public int features() {
    return header.features();
  }

  @Override
  public List<String> featureNames() {
    return header.names();
  }

  @Override
  public boolean takesMissing() {
    return true;
  }

  @Override
  public boolean takesByName() {
    return !header.names().isEmpty();
  }

  @Override
  public List<DataType> featureTypes() {
    var types = new ArrayList<>(Collections.nCopies(Math.max(0, features()), DataType.FP64));
    for (var part : parts) {
      var own = part.transformer().featureTypes();
      for (int i = 0; i < Math.min(own.size(), part.columns().length); i++) {
        if (own.get(i) == DataType.BYTES && part.columns()[i] < types.size()) {
          types.set(part.columns()[i], DataType.BYTES);
        }
      }
    }
    return types.contains(DataType.BYTES) ? types : List.of();
  }

  @Override
  public Frame transform(Frame x) {
    boolean byName = !header.names().isEmpty() && !x.names().isEmpty();
    int[] positions = byName && !x.names().equals(header.names()) ? positions(x) : new int[0];
    if (!byName) {
      header.checkWidth(x);
    }
    var frames = new ArrayList<Frame>();
    for (var part : parts) {
      var columns = part.columns();
      if (positions.length > 0) {
        columns = Arrays.stream(columns).map(column -> positions[column]).toArray();
      }
      var own = Gaps.checked(part.transformer(), x.select(columns));
      var out = part.transformer().transform(own);
      frames.add(SideBySide.weighted(out, part.weight()));
    }
    return SideBySide.of(frames, x.rows(), sparse);
  }

  /// Where each fitted column is in the frame; only those in use must be there.
  private int[] positions(Frame x) {
    var found = new HashMap<String, Integer>();
    for (int i = 0; i < x.names().size(); i++) {
      found.putIfAbsent(x.names().get(i), i);
    }
    var positions = new int[header.names().size()];
    for (int i = 0; i < positions.length; i++) {
      positions[i] = found.getOrDefault(header.names().get(i), -1);
    }
    var missing = new TreeSet<String>();
    for (var part : parts) {
      for (int column : part.columns()) {
        if (positions[column] < 0) {
          missing.add(header.names().get(column));
        }
      }
    }
    if (!missing.isEmpty()) {
      throw new InvalidInputException(
          "columns are missing: "
              + String.join(", ", missing)
              + " (found: "
              + String.join(", ", x.names())
              + ")");
    }
    return positions;
  }
}
