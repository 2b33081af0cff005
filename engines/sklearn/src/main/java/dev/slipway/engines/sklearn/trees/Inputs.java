package dev.slipway.engines.sklearn.trees;

import dev.slipway.engines.sklearn.Estimator;
import dev.slipway.engines.sklearn.Frame;
import dev.slipway.engines.sklearn.Matrix;
import dev.slipway.engines.sklearn.pickle.PyObject;
import dev.slipway.inference.engine.InvalidInputException;
import dev.slipway.inference.tensor.DataType;
import java.util.Collection;
import java.util.List;

/// What a fitted estimator says it takes: `n_features_in_` and `feature_names_in_`, and what holds
/// of the estimators it hands its input to.
///
/// @param estimator the class, for messages: `RandomForestClassifier`
/// @param features columns; -1 where the file does not say
/// @param names of the columns; empty where it was fitted without
/// @param takesMissing as [Estimator#takesMissing()]
/// @param takesByName as [Estimator#takesByName()]
/// @param types as [Estimator#featureTypes()]
public record Inputs(
    String estimator,
    int features,
    List<String> names,
    boolean takesMissing,
    boolean takesByName,
    List<DataType> types) {
  public Inputs {
    names = List.copyOf(names);
    types = List.copyOf(types);
  }

  /// Of numbers, none of them missing.
  public Inputs(String estimator, int features, List<String> names) {
    this(estimator, features, names, false, false, List.of());
  }

  /// Those of an estimator that hands its input to others as it comes: it takes what all of them
  /// take, and what it does not say itself, the first one says.
  public Inputs handedTo(Collection<? extends Estimator> members) {
    var first = members.iterator().next();
    return new Inputs(
        estimator,
        features >= 0 ? features : first.features(),
        names.isEmpty() ? first.featureNames() : names,
        members.stream().allMatch(Estimator::takesMissing),
        members.stream().allMatch(Estimator::takesByName),
        first.featureTypes());
  }

  /// As the attributes have it; `n_features_` and `n_features` are what versions before 1.0 wrote.
  public static Inputs of(PyObject object) {
    int older = object.integer("n_features_", object.integer("n_features", -1));
    var names =
        object.has("feature_names_in_")
            ? object.list("feature_names_in_").stream().map(String::valueOf).toList()
            : List.<String>of();
    return new Inputs(object.name(), object.integer("n_features_in_", older), names);
  }

  /// @return all values of a frame of the right width
  /// @throws InvalidInputException if the frame has another number of columns
  public Matrix matrix(Frame x) {
    check(x);
    return x.matrix();
  }

  /// @throws InvalidInputException if the frame has another number of columns
  public void check(Frame x) {
    if (features >= 0 && x.columns() != features) {
      throw new InvalidInputException(
          estimator + " takes " + features + " features a row, found " + x.columns());
    }
  }

  String column(int index) {
    return names.size() > index ? "\"" + names.get(index) + "\"" : String.valueOf(index);
  }
}
