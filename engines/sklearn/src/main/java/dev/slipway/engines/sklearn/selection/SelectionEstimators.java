package dev.slipway.engines.sklearn.selection;

import dev.slipway.engines.sklearn.Estimators;

/// Selectors of features.
public final class SelectionEstimators {
  private SelectionEstimators() {}

  /// Adds the readers of these classes.
  public static void register(Estimators estimators) {
    estimators.add("sklearn.VarianceThreshold", ScoreSelection::variance);
    estimators.add("sklearn.SelectKBest", ScoreSelection::best);
    estimators.add("sklearn.SelectPercentile", ScoreSelection::percentile);
    estimators.add("sklearn.SelectFpr", ScoreSelection::falsePositives);
    estimators.add("sklearn.SelectFdr", ScoreSelection::falseDiscoveries);
    estimators.add("sklearn.SelectFwe", ScoreSelection::familyWise);
    estimators.add("sklearn.GenericUnivariateSelect", ScoreSelection::generic);
    estimators.add("sklearn.SelectFromModel", ModelSelection::read);
    estimators.add("sklearn.RFE", Elimination::recursive);
    estimators.add("sklearn.RFECV", Elimination::recursive);
    estimators.add("sklearn.SequentialFeatureSelector", Elimination::sequential);
  }
}
