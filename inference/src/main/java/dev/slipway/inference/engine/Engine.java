package dev.slipway.inference.engine;

import java.nio.file.Path;

/// One model format and its arithmetic, found by `ServiceLoader`. Stateless and thread-safe;
/// constructing one must be cheap, libraries are loaded by the first `load`.
public interface Engine {
  /// The word users write in `modelFormat.name`, lower case: `onnx`, `xgboost`.
  String format();

  /// Whether a model of this format is there, judged by names and the first bytes alone.
  ///
  /// @param artifact a file, or a directory as it was downloaded
  boolean recognises(Path artifact);

  /// Reads a model into memory; may take minutes, so it runs off the request path.
  ///
  /// @throws ModelLoadException if files are missing, damaged, of an unsupported kind, or need more
  /// memory than allowed; the message names the file, what was found and what was expected
  LoadedModel load(ModelSource source) throws ModelLoadException;
}
