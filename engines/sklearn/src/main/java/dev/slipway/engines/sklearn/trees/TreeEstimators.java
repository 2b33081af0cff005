package dev.slipway.engines.sklearn.trees;

import dev.slipway.engines.sklearn.EstimatorReader;
import dev.slipway.engines.sklearn.Estimators;
import java.util.List;

/// Decision trees and the ensembles made of them. All compile into a
/// [dev.slipway.inference.trees.Forest], whose sums come out as those of Python to the last bit.
public final class TreeEstimators {
  private TreeEstimators() {}

  /// Adds the readers of these classes.
  public static void register(Estimators estimators) {
    register(
        estimators,
        ForestReader::tree,
        List.of(
            "DecisionTreeClassifier",
            "DecisionTreeRegressor",
            "ExtraTreeClassifier",
            "ExtraTreeRegressor"));
    register(
        estimators,
        ForestReader::forest,
        List.of(
            "RandomForestClassifier",
            "RandomForestRegressor",
            "ExtraTreesClassifier",
            "ExtraTreesRegressor"));
    estimators.add("sklearn.RandomTreesEmbedding", ForestReader::embedding);
    estimators.add("sklearn.IsolationForest", IsolationForest::read);
    estimators.add("sklearn.GradientBoostingClassifier", GradientBoosting::classifier);
    estimators.add("sklearn.GradientBoostingRegressor", GradientBoosting::regressor);
    estimators.add("sklearn.HistGradientBoostingClassifier", HistGradientBoosting::classifier);
    estimators.add("sklearn.HistGradientBoostingRegressor", HistGradientBoosting::regressor);
    estimators.add("xgboost.XGBClassifier", XgBoost::classifier);
    estimators.add("xgboost.XGBRFClassifier", XgBoost::classifier);
    estimators.add("xgboost.XGBRegressor", XgBoost::regressor);
    estimators.add("xgboost.XGBRFRegressor", XgBoost::regressor);
    estimators.add("xgboost.XGBRanker", XgBoost::regressor);
    estimators.add("xgboost.XGBModel", XgBoost::regressor);
    estimators.add("xgboost.Booster", XgBoost::booster);
    estimators.add("lightgbm.LGBMClassifier", LightGbm::classifier);
    estimators.add("lightgbm.LGBMRegressor", LightGbm::regressor);
    estimators.add("lightgbm.LGBMRanker", LightGbm::regressor);
    estimators.add("lightgbm.Booster", LightGbm::booster);
  }

  private static void register(
      Estimators estimators, EstimatorReader reader, List<String> classes) {
    for (var name : classes) {
      estimators.add("sklearn." + name, reader);
    }
  }
}
