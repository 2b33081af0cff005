package dev.slipway.inference.engine;

import java.nio.file.Path;
import java.util.Map;

/// What an engine is to load.
///
/// @param name the model's name, for messages
/// @param artifact a file, or a directory as it was downloaded; read-only
/// @param options what the user set for this model, by the names of the original systems:
/// `PREDICT_PROBA`, `method`, `intra_op_threads`
/// @param memoryLimitBytes the model may occupy
public record ModelSource(
    String name, Path artifact, Map<String, String> options, long memoryLimitBytes) {
  public ModelSource {
    options = Map.copyOf(options);
  }

  /// A source without options and without a limit.
  public static ModelSource of(String name, Path artifact) {
    return new ModelSource(name, artifact, Map.of(), Long.MAX_VALUE);
  }
}
