package dev.slipway.engines.sklearn.meta;

import dev.slipway.engines.sklearn.Estimator;
import dev.slipway.engines.sklearn.Estimators;
import dev.slipway.engines.sklearn.UnsupportedEstimatorException;
import dev.slipway.engines.sklearn.pickle.PyObject;
import java.util.ArrayList;
import java.util.List;

/// The estimators inside one, and what they must be able to do.
final class Members {
  private Members() {}

  /// Each of a list, tuple or array of estimators.
  static List<Estimator> of(PyObject object, String attribute, Estimators readers) {
    var members = new ArrayList<Estimator>();
    for (var member : object.list(attribute)) {
      members.add(readers.read(member));
    }
    if (members.isEmpty()) {
      throw new UnsupportedEstimatorException(object.type() + ": " + attribute + " is empty");
    }
    return List.copyOf(members);
  }

  /// As [#of], each of them able to do something.
  static <T extends Estimator> List<T> of(
      PyObject object, String attribute, Estimators readers, Class<T> ability) {
    return of(object, attribute, readers).stream()
        .map(member -> able(object, attribute, member, ability))
        .toList();
  }

  /// The estimator an attribute holds, able to do something.
  static <T extends Estimator> T one(
      PyObject object, String attribute, Estimators readers, Class<T> ability) {
    return able(object, attribute, readers.read(object.value(attribute)), ability);
  }

  static <T extends Estimator> T able(
      PyObject object, String attribute, Estimator member, Class<T> ability) {
    if (ability.isInstance(member)) {
      return ability.cast(member);
    }
    throw new UnsupportedEstimatorException(
        object.type()
            + ": "
            + attribute
            + " holds an estimator that has no "
            + method(ability)
            + " here");
  }

  private static String method(Class<?> ability) {
    return switch (ability.getSimpleName()) {
      case "Probabilities" -> "predict_proba";
      case "Decisions" -> "decision_function";
      case "Transformer" -> "transform";
      case "Classes" -> "classes_";
      default -> "predict";
    };
  }

  static <T extends Estimator> boolean all(List<? extends Estimator> members, Class<T> ability) {
    return members.stream().allMatch(ability::isInstance);
  }

  /// The attribute, under the first of its names that is there.
  static String either(PyObject object, String newer, String older) {
    return object.has(newer) ? newer : older;
  }
}
