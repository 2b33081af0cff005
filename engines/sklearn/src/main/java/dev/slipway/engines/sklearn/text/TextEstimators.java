package dev.slipway.engines.sklearn.text;

import dev.slipway.engines.sklearn.Estimators;

/// Vectorisers of text and of records.
public final class TextEstimators {
  private TextEstimators() {}

  /// Adds the readers of these classes.
  public static void register(Estimators estimators) {
    estimators.add("sklearn.CountVectorizer", WordCounts::read);
    estimators.add("sklearn.TfidfVectorizer", TermWeights::vectorizer);
    estimators.add("sklearn.TfidfTransformer", TermWeights::transformer);
    estimators.add("sklearn.HashingVectorizer", HashedTexts::read);
    estimators.add("sklearn.FeatureHasher", HashedRecords::read);
    estimators.add("sklearn.DictVectorizer", Records::read);
  }
}
