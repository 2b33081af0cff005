package dev.slipway.engines.pmml;

/// Collects the predictions of segments.
interface Votes {
  /// @return whether there was a prediction
  boolean add(MiningModel.Segment segment, Prediction prediction);

  void result(Prediction prediction);
}
