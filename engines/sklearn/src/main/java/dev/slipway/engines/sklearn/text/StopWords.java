package dev.slipway.engines.sklearn.text;

import dev.slipway.engines.sklearn.UnsupportedEstimatorException;
import dev.slipway.engines.sklearn.pickle.PyObject;
import dev.slipway.engines.sklearn.pickle.PyTuple;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/// Words that are not counted.
final class StopWords {
  private StopWords() {}

  /// `stop_words`: none, a collection, or `english` for the list that scikit-learn comes with.
  static Set<String> of(PyObject object) {
    return switch (object.attributes().get("stop_words")) {
      case null -> Set.of();
      case String name when name.equals("english") -> english();
      case PyTuple tuple -> texts(tuple.values());
      case Collection<?> some -> texts(some);
      default ->
          throw new UnsupportedEstimatorException(
              object.name() + ": stop_words " + object.attributes().get("stop_words"));
    };
  }

  private static Set<String> texts(Collection<?> values) {
    var words = new HashSet<String>();
    values.forEach(value -> words.add(String.valueOf(value)));
    return words;
  }

  private static Set<String> english() {
    try (var list = StopWords.class.getResourceAsStream("english-stop-words.txt")) {
      if (list == null) {
        throw new IllegalStateException("english-stop-words.txt is not on the class path");
      }
      var text = new String(list.readAllBytes(), StandardCharsets.UTF_8);
      return new HashSet<>(text.lines().toList());
    } catch (IOException problem) {
      throw new UncheckedIOException(problem);
    }
  }
}
