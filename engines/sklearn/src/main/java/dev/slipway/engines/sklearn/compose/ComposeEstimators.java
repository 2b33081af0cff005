package dev.slipway.engines.sklearn.compose;

import dev.slipway.engines.sklearn.Estimators;

/// Pipelines, column transformers and unions.
public final class ComposeEstimators {
  private ComposeEstimators() {}

  /// Adds the readers of these classes.
  public static void register(Estimators estimators) {
    estimators.add("sklearn.Pipeline", Pipelines::read);
    estimators.add("sklearn.ColumnTransformer", ColumnTransformer::read);
    estimators.add("sklearn.FeatureUnion", FeatureUnion::read);
    estimators.add("sklearn.FunctionTransformer", Functions::read);
  }
}
