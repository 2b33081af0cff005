package dev.slipway.engines.sklearn;

import dev.slipway.engines.sklearn.pickle.PyGlobal;
import dev.slipway.engines.sklearn.pickle.PyObject;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Every class that can be read, by its name. A class counts by its last name and the first part of
/// its module, because scikit-learn moves classes between modules.
public final class Estimators {
  private final Map<String, EstimatorReader> byName = new HashMap<>();

  private Estimators() {}

  /// All of them. Each family registers its own in one place.
  public static Estimators standard() {
    var all = new Estimators();
    return all;
  }

  /// @param name `sklearn.LogisticRegression`: the first part of the module, and the class
  void add(String name, EstimatorReader reader) {
    byName.put(name, reader);
  }

  /// @throws UnsupportedEstimatorException naming the class, if it is none that can be read
  public Estimator read(@Nullable Object value) {
    if (!(value instanceof PyObject object)) {
      throw new UnsupportedEstimatorException(
          "expected a scikit-learn estimator, found " + (value == null ? "None" : value));
    }
    var reader = byName.get(key(object.type()));
    if (reader == null) {
      throw new UnsupportedEstimatorException(
          object.type()
              + " is not evaluated here; export the model to ONNX, or serve it with a process"
              + " runtime");
    }
    return reader.read(object, this);
  }

  private static String key(PyGlobal type) {
    int dot = type.module().indexOf('.');
    return (dot < 0 ? type.module() : type.module().substring(0, dot)) + "." + type.name();
  }
}
