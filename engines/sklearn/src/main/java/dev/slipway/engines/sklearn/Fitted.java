package dev.slipway.engines.sklearn;

import dev.slipway.engines.sklearn.pickle.NdArray;
import dev.slipway.engines.sklearn.pickle.PyObject;
import java.util.Arrays;
import java.util.List;

/// What every fitted estimator remembers of its input.
public abstract class Fitted implements Estimator {
  private final int features;
  private final List<String> featureNames;

  /// @param otherwise the number of features where the file does not say; -1 if unknown
  protected Fitted(PyObject object, int otherwise) {
    this.features = object.integer("n_features_in_", otherwise);
    this.featureNames = names(object);
  }

  private static List<String> names(PyObject object) {
    return object.attributes().get("feature_names_in_") instanceof NdArray names
            && names.storage() instanceof Object[] values
        ? Arrays.stream(values).map(String::valueOf).toList()
        : List.of();
  }

  @Override
  public int features() {
    return features;
  }

  @Override
  public List<String> featureNames() {
    return featureNames;
  }
}
