package dev.slipway.engines.sklearn.meta;

import dev.slipway.engines.sklearn.Labels;
import dev.slipway.engines.sklearn.UnsupportedEstimatorException;
import dev.slipway.inference.tensor.DataType;
import dev.slipway.inference.tensor.Tensor;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Finds labels in `classes_`: numbers and truths by value, the rest as text.
final class LabelIndex {
  private final Map<Object, Integer> positions = new HashMap<>();

  LabelIndex(Labels labels) {
    var all = labels.at(IntStream.range(0, labels.count()).toArray());
    for (int i = 0; i < labels.count(); i++) {
      positions.putIfAbsent(key(all, i), i);
    }
  }

  private static Object key(Tensor labels, int index) {
    return switch (labels.type()) {
      case BYTES -> labels.text(index);
      case INT64 -> (double) labels.longs()[index];
      case BOOL -> (double) labels.bytes()[index];
      default -> labels.asDoubles()[index];
    };
  }

  /// @param labels `[rows]`
  /// @return positions in `classes_`; -1 for a label not there
  int[] of(Tensor labels) {
    var found = new int[labels.size()];
    double[] numbers = labels.type() == DataType.BYTES ? new double[0] : labels.asDoubles();
    for (int row = 0; row < found.length; row++) {
      Object key = numbers.length > 0 ? (Object) numbers[row] : labels.text(row);
      found[row] = positions.getOrDefault(key, -1);
    }
    return found;
  }

  /// For each class of an inner estimator, its position here.
  int[] of(Labels inner) {
    return of(inner.at(IntStream.range(0, inner.count()).toArray()));
  }

  /// A label as a pickle has it.
  int of(@Nullable Object label) {
    Object key =
        switch (label) {
          case null -> "None";
          case Number number -> number.doubleValue();
          case Boolean truth -> truth ? 1.0 : 0.0;
          default -> label.toString();
        };
    var found = positions.get(key);
    if (found == null) {
      throw new UnsupportedEstimatorException("label " + label + " is none of classes_");
    }
    return found;
  }
}
