package dev.slipway.inference.codec.v2;

import java.util.List;

/// What a model has done since it was loaded (statistics extension).
///
/// @param lastInferenceMillis since 1970; 0 for never
/// @param inferenceCount rows computed
/// @param executionCount calls of the model
public record ModelStatistics(
    String name,
    String version,
    long lastInferenceMillis,
    long inferenceCount,
    long executionCount,
    Totals totals,
    List<Batch> batches) {
  public ModelStatistics {
    batches = List.copyOf(batches);
  }

  /// How often something was done, and how long it took in all.
  public record Timing(long count, long nanos) {
    public static final Timing NONE = new Timing(0, 0);
  }

  /// Over all requests.
  public record Totals(
      Timing success,
      Timing fail,
      Timing queue,
      Timing computeInput,
      Timing computeInfer,
      Timing computeOutput,
      Timing cacheHit,
      Timing cacheMiss) {}

  /// Over the calls of the model with one number of rows.
  public record Batch(
      long batchSize, Timing computeInput, Timing computeInfer, Timing computeOutput) {}
}
