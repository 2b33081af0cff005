package dev.slipway.engines.sklearn.meta;

import dev.slipway.engines.sklearn.EstimatorReader;
import dev.slipway.engines.sklearn.Estimators;
import java.util.List;

/// Estimators made of other estimators.
public final class MetaEstimators {
  private MetaEstimators() {}

  /// Adds the readers of these classes.
  public static void register(Estimators estimators) {
    registerEnsembles(estimators);
    registerOutputs(estimators);
    registerWrappers(estimators);
  }

  private static void registerEnsembles(Estimators estimators) {
    estimators.add("sklearn.AdaBoostClassifier", AdaBoost::classifier);
    estimators.add("sklearn.AdaBoostRegressor", WeightedMedian::regressor);
    estimators.add("sklearn.BaggingClassifier", Bagging::classifier);
    estimators.add("sklearn.BaggingRegressor", Bagging::regressor);
    estimators.add("sklearn.VotingClassifier", Voting::classifier);
    estimators.add("sklearn.VotingRegressor", Voting::regressor);
    estimators.add("sklearn.StackingClassifier", Stacking::classifier);
    estimators.add("sklearn.StackingRegressor", Stacking::regressor);
  }

  private static void registerOutputs(Estimators estimators) {
    estimators.add("sklearn.OneVsRestClassifier", OneVsRest::read);
    estimators.add("sklearn.OneVsOneClassifier", OneVsOne::read);
    estimators.add("sklearn.OutputCodeClassifier", OutputCode::read);
    estimators.add("sklearn._ConstantPredictor", Constant::read);
    estimators.add("sklearn.MultiOutputClassifier", MultiOutput::read);
    estimators.add("sklearn.MultiOutputRegressor", MultiOutput::read);
    estimators.add("sklearn.ClassifierChain", Chain::read);
    estimators.add("sklearn.RegressorChain", Chain::read);
  }

  private static void registerWrappers(Estimators estimators) {
    estimators.add("sklearn.DummyClassifier", Dummy::classifier);
    estimators.add("sklearn.DummyRegressor", Dummy::regressor);
    estimators.add("sklearn.CalibratedClassifierCV", Calibrated::read);
    estimators.add("sklearn.IsotonicRegression", Isotonic::read);
    estimators.add("sklearn.FixedThresholdClassifier", Threshold::fixed);
    estimators.add("sklearn.TunedThresholdClassifierCV", Threshold::tuned);
    estimators.add("sklearn.TransformedTargetRegressor", TransformedTarget::read);
    for (var search :
        List.of(
            "GridSearchCV", "RandomizedSearchCV", "HalvingGridSearchCV", "HalvingRandomSearchCV")) {
      estimators.add("sklearn." + search, inner("best_estimator_", "best_estimator_"));
    }
    estimators.add("sklearn.FrozenEstimator", inner("estimator", "estimator"));
    estimators.add("sklearn.SelfTrainingClassifier", inner("estimator_", "base_estimator_"));
  }

  /// An estimator that does just what the one inside it does.
  private static EstimatorReader inner(String newer, String older) {
    return (object, readers) -> readers.read(object.value(Members.either(object, newer, older)));
  }
}
