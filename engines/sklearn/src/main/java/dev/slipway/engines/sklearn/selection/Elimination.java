package dev.slipway.engines.sklearn.selection;

import dev.slipway.engines.sklearn.Estimator;
import dev.slipway.engines.sklearn.Estimators;
import dev.slipway.engines.sklearn.UnsupportedEstimatorException;
import dev.slipway.engines.sklearn.compose.Chained;
import dev.slipway.engines.sklearn.pickle.PyObject;

/// Selectors that keep their mask: `RFE`, `RFECV` and `SequentialFeatureSelector`.
final class Elimination {
  private Elimination() {}

  /// `RFE` and `RFECV`, which also predict with the columns kept; one whose estimator is not
  /// evaluated here only transforms.
  static Estimator recursive(PyObject object, Estimators readers) {
    var selector = sequential(object, readers);
    try {
      return Chained.selecting(selector, readers.read(object.object("estimator_")));
    } catch (UnsupportedEstimatorException _) {
      return selector;
    }
  }

  /// `SequentialFeatureSelector`.
  static Estimator.Transformer sequential(PyObject object, Estimators readers) {
    var flags = object.doubles("support_");
    var support = new boolean[flags.length];
    for (int i = 0; i < support.length; i++) {
      support[i] = flags[i] != 0;
    }
    return new Selector(object, support, false);
  }
}
