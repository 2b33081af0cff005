package dev.slipway.inference.codec.v2;

import dev.slipway.inference.engine.InvalidInputException;
import dev.slipway.inference.tensor.DataType;
import dev.slipway.inference.tensor.Tensor;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/// The classification extension: of each row of scores the highest, as `score:index` or
/// `score:index:label`.
///
/// Source: Triton, `protocol/extension_classification.md`; scores as C++'s `std::to_string` writes
/// them.
public final class Classification {
  private Classification() {}

  /// @param count labels wanted for each row; at most as many as there are scores come
  /// @param labels by index; may be shorter than the scores
  /// @return `BYTES` of `[rows, count]`, or of `[count]` for a vector of scores
  public static Tensor of(Tensor scores, int count, List<String> labels) {
    if (scores.type() == DataType.BYTES) {
      throw new InvalidInputException(
          "output \"" + scores.name() + "\": classification expected scores, found BYTES");
    }
    int rows = scores.shape().length < 2 ? 1 : scores.rows();
    int width = rows == 0 ? 0 : scores.size() / rows;
    int kept = Math.min(count, width);
    var values = scores.asDoubles();
    var found = new byte[rows * kept][];
    for (int row = 0; row < rows; row++) {
      var order = order(values, row * width, width);
      for (int i = 0; i < kept; i++) {
        int index = order[i];
        var text = score(scores.type(), values[row * width + index]) + ":" + index;
        var label = index < labels.size() ? ":" + labels.get(index) : "";
        found[row * kept + i] = (text + label).getBytes(StandardCharsets.UTF_8);
      }
    }
    var shape = scores.shape().length < 2 ? new long[] {kept} : new long[] {rows, kept};
    return Tensor.of(scores.name(), DataType.BYTES, shape, found);
  }

  /// Indices by falling score, equal ones in their order; NaN last.
  private static Integer[] order(double[] values, int from, int width) {
    var order = new Integer[width];
    Arrays.setAll(order, i -> i);
    Arrays.sort(
        order,
        Comparator.comparingDouble(
            i -> Double.isNaN(values[from + i]) ? Double.POSITIVE_INFINITY : -values[from + i]));
    return order;
  }

  private static String score(DataType type, double score) {
    return type.floating() ? String.format(Locale.ROOT, "%f", score) : Long.toString((long) score);
  }
}
