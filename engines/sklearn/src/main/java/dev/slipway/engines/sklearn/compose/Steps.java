package dev.slipway.engines.sklearn.compose;

import dev.slipway.engines.sklearn.Estimator;
import dev.slipway.engines.sklearn.Estimators;
import dev.slipway.engines.sklearn.UnsupportedEstimatorException;
import dev.slipway.engines.sklearn.pickle.PyObject;
import dev.slipway.engines.sklearn.pickle.PyTuple;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One of the named estimators that another is made of.
///
/// @param value the estimator as the pickle has it, or a word for one
record Steps(String name, @Nullable Object value) {
  /// The entries of a list of tuples that begin with a name and a value.
  static List<Steps> of(PyObject object, String attribute) {
    var steps = new ArrayList<Steps>();
    for (var entry : object.list(attribute)) {
      var parts =
          switch (entry) {
            case PyTuple tuple -> tuple.values();
            case List<?> list -> list;
            case null, default -> List.of();
          };
      if (parts.size() < 2 || !(parts.getFirst() instanceof String name)) {
        throw new UnsupportedEstimatorException(
            object.type() + ": " + attribute + " should hold pairs of a name and an estimator");
      }
      steps.add(new Steps(name, parts.get(1)));
    }
    return steps;
  }

  boolean dropped() {
    return "drop".equals(value);
  }

  /// @param owner for messages
  /// @throws UnsupportedEstimatorException if the step cannot transform
  Estimator.Transformer transformer(PyObject owner, Estimators readers) {
    if (Identity.named(value)) {
      return Identity.ANY;
    }
    if (readers.read(value) instanceof Estimator.Transformer transformer) {
      return transformer;
    }
    throw new UnsupportedEstimatorException(
        owner.type() + ": step \"" + name + "\" is " + value + ", which cannot transform here");
  }
}
