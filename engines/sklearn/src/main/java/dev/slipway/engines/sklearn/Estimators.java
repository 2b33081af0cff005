package dev.slipway.engines.sklearn;

import dev.slipway.engines.sklearn.bayes.BayesEstimators;
import dev.slipway.engines.sklearn.cluster.ClusterEstimators;
import dev.slipway.engines.sklearn.compose.ComposeEstimators;
import dev.slipway.engines.sklearn.decomposition.DecompositionEstimators;
import dev.slipway.engines.sklearn.gaussian.GaussianEstimators;
import dev.slipway.engines.sklearn.linear.LinearEstimators;
import dev.slipway.engines.sklearn.meta.MetaEstimators;
import dev.slipway.engines.sklearn.neighbors.NeighborEstimators;
import dev.slipway.engines.sklearn.neural.NeuralEstimators;
import dev.slipway.engines.sklearn.pickle.PyGlobal;
import dev.slipway.engines.sklearn.pickle.PyObject;
import dev.slipway.engines.sklearn.preprocessing.PreprocessingEstimators;
import dev.slipway.engines.sklearn.selection.SelectionEstimators;
import dev.slipway.engines.sklearn.svm.SvmEstimators;
import dev.slipway.engines.sklearn.text.TextEstimators;
import dev.slipway.engines.sklearn.trees.TreeEstimators;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Every class that can be read, by its name. A class counts by its last name and the first part of
/// its module, because scikit-learn moves classes between modules.
public final class Estimators {
  private static final int MOST_NESTING = 40;
  private static final int MOST_READ = 1_000_000;

  private final Map<String, EstimatorReader> byName = new HashMap<>();
  private int nesting;
  private int read;

  private Estimators() {}

  /// All of them, for the reading of one model. Each family registers its own in one place.
  public static Estimators standard() {
    var all = new Estimators();
    LinearEstimators.register(all);
    NeighborEstimators.register(all);
    SvmEstimators.register(all);
    BayesEstimators.register(all);
    NeuralEstimators.register(all);
    ClusterEstimators.register(all);
    DecompositionEstimators.register(all);
    GaussianEstimators.register(all);
    TreeEstimators.register(all);
    MetaEstimators.register(all);
    ComposeEstimators.register(all);
    PreprocessingEstimators.register(all);
    SelectionEstimators.register(all);
    TextEstimators.register(all);
    return all;
  }

  /// @param name `sklearn.LogisticRegression`: the first part of the module, and the class
  public void add(String name, EstimatorReader reader) {
    byName.put(name, reader);
  }

  /// @throws UnsupportedEstimatorException naming the class, if it is none that can be read
  public Estimator read(@Nullable Object value) {
    if (!(value instanceof PyObject object)) {
      throw new UnsupportedEstimatorException(
          "expected a scikit-learn estimator, found " + kind(value));
    }
    var reader = byName.get(key(object.type()));
    if (reader == null) {
      throw new UnsupportedEstimatorException(
          object.type()
              + " is not evaluated here; export the model to ONNX, or serve it with a process"
              + " runtime");
    }
    if (nesting == MOST_NESTING || read++ == MOST_READ) {
      throw new UnsupportedEstimatorException(
          object.type() + " is one of too many estimators inside each other");
    }
    nesting++;
    try {
      return reader.read(object, this);
    } finally {
      nesting--;
    }
  }

  private static String kind(@Nullable Object value) {
    return switch (value) {
      case null -> "None";
      case PyGlobal type -> type.toString();
      case Number number -> number.toString();
      case String text -> '"' + (text.length() > 100 ? text.substring(0, 100) : text) + '"';
      default -> "a " + value.getClass().getSimpleName();
    };
  }

  private static String key(PyGlobal type) {
    int dot = type.module().indexOf('.');
    return (dot < 0 ? type.module() : type.module().substring(0, dot)) + "." + type.name();
  }
}
