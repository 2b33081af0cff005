package dev.slipway.engines.pmml;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Everything known while one row is evaluated, by the slots given out by [Build]. Used again for
/// the next row; not thread-safe.
final class Row {
  /// See [Kind]; NaN: missing.
  final double[] numbers;

  /// Strings, where the slot holds one.
  final @Nullable String[] texts;

  private final @Nullable Prediction[] predictions;

  Row(Build build) {
    numbers = new double[build.slots()];
    texts = new String[build.slots()];
    predictions = new Prediction[build.models()];
    Arrays.fill(numbers, Double.NaN);
  }

  Prediction prediction(Model model) {
    var found = predictions[model.id()];
    if (found == null) {
      found = new Prediction(model.labels().size());
      predictions[model.id()] = found;
    }
    return found;
  }

  void clear(Field field) {
    numbers[field.slot()] = Double.NaN;
    texts[field.slot()] = null;
  }

  void copy(int from, int to) {
    numbers[to] = numbers[from];
    texts[to] = texts[from];
  }

  void text(Field field, @Nullable String text, Symbols symbols) {
    texts[field.slot()] = text;
    numbers[field.slot()] = text == null ? Double.NaN : symbols.code(text);
  }
}
