package dev.slipway.engines.sklearn;

import dev.slipway.inference.tensor.DataType;
import dev.slipway.inference.tensor.Tensor;
import java.util.List;

/// A fitted scikit-learn object. It can do what the interfaces nested here say that it also
/// implements; a class that has `predict_proba` in Python only with some parameters implements
/// [Probabilities] only in an instance read with those parameters. Thread-safe, immutable.
public interface Estimator {
  /// `n_features_in_`; -1 where it does not say.
  int features();

  /// `feature_names_in_`; empty where it was fitted without names.
  default List<String> featureNames() {
    return List.of();
  }

  /// Whether NaN may be among the numbers it is given (the tag `allow_nan`); a pipeline says what
  /// its
  /// first step says.
  default boolean takesMissing() {
    return false;
  }

  /// Whether it picks its columns by their names: then they may come in any order, with others
  /// among them, and it says itself which are missing.
  default boolean takesByName() {
    return false;
  }

  /// The types of the columns it takes, where it tells them apart: `FP64` for numbers, `BYTES` for
  /// text or anything. Empty: all are numbers.
  default List<DataType> featureTypes() {
    return List.of();
  }

  /// `predict`.
  interface Predictor extends Estimator {
    /// @return labels in the type of `classes_` or values (`INT64`, `FP64`, `BYTES`, `BOOL`):
    /// `[rows]`, or `[rows, outputs]` for several outputs; the name is of no concern
    Tensor predict(Frame x);
  }

  /// A classifier's `classes_`.
  interface Classes extends Predictor {
    Labels classes();
  }

  /// `predict_proba`.
  interface Probabilities extends Estimator {
    /// @return `[rows, classes]`
    Matrix predictProba(Frame x);
  }

  /// `decision_function`.
  interface Decisions extends Estimator {
    /// @return `[rows, 1]` where Python gives one value a row, otherwise `[rows, classes]` or pairs
    Matrix decisionFunction(Frame x);
  }

  /// `transform`.
  interface Transformer extends Estimator {
    Frame transform(Frame x);
  }

  /// `predict_proba` of a classifier of several outputs, which is a list in Python.
  interface OutputProbabilities extends Estimator {
    /// @return one `[rows, classes]` for each output
    List<Matrix> predictProbaPerOutput(Frame x);
  }

  /// `score_samples`.
  interface Scores extends Estimator {
    /// @return `[rows, 1]`
    Matrix scoreSamples(Frame x);
  }

  /// `inverse_transform`.
  interface Inverse extends Transformer {
    /// @param x in the space [#transform(Frame)] maps to
    Matrix inverseTransform(Matrix x);
  }
}
