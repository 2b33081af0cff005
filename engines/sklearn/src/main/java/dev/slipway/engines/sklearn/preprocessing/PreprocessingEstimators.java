package dev.slipway.engines.sklearn.preprocessing;

import dev.slipway.engines.sklearn.Estimators;

/// Scalers, encoders, imputers and kernel maps.
public final class PreprocessingEstimators {
  private PreprocessingEstimators() {}

  /// Adds the readers of these classes.
  public static void register(Estimators estimators) {
    estimators.add("sklearn.StandardScaler", Scalers::standard);
    estimators.add("sklearn.MinMaxScaler", Scalers::range);
    estimators.add("sklearn.MaxAbsScaler", Scalers::largest);
    estimators.add("sklearn.RobustScaler", Scalers::robust);
    estimators.add("sklearn.Normalizer", Rowwise::normalizer);
    estimators.add("sklearn.Binarizer", Rowwise::binarizer);
    estimators.add("sklearn.QuantileTransformer", Distributions::quantile);
    estimators.add("sklearn.PowerTransformer", Distributions::power);
    estimators.add("sklearn.PolynomialFeatures", Polynomials::read);
    estimators.add("sklearn.SplineTransformer", Splines::read);
    estimators.add("sklearn.KBinsDiscretizer", Bins::read);
    estimators.add("sklearn.OneHotEncoder", OneHot::read);
    estimators.add("sklearn.OrdinalEncoder", CodedColumns::ordinal);
    estimators.add("sklearn.TargetEncoder", CodedColumns::target);
    estimators.add("sklearn.LabelEncoder", LabelTransformers::encoder);
    estimators.add("sklearn.LabelBinarizer", LabelTransformers::binarizer);
    estimators.add("sklearn.MultiLabelBinarizer", LabelTransformers::multiLabel);
    registerImputers(estimators);
    registerKernelMaps(estimators);
  }

  private static void registerImputers(Estimators estimators) {
    estimators.add("sklearn.SimpleImputer", SimpleImputer::read);
    estimators.add("sklearn.MissingIndicator", Indicators::read);
    estimators.add("sklearn.KNNImputer", NearestImputer::read);
    estimators.add("sklearn.IterativeImputer", IterativeImputer::read);
  }

  private static void registerKernelMaps(Estimators estimators) {
    estimators.add("sklearn.KernelCenterer", KernelMaps::centerer);
    estimators.add("sklearn.AdditiveChi2Sampler", KernelMaps::chiSquared);
    estimators.add("sklearn.RBFSampler", KernelMaps::fourier);
    estimators.add("sklearn.SkewedChi2Sampler", KernelMaps::skewed);
    estimators.add("sklearn.Nystroem", KernelMaps::nystroem);
  }
}
