package dev.slipway.engines.tensorflow;

import dev.slipway.base.Bytes;
import dev.slipway.inference.engine.Engine;
import dev.slipway.inference.engine.InferenceException;
import dev.slipway.inference.engine.LoadedModel;
import dev.slipway.inference.engine.ModelLoadException;
import dev.slipway.inference.engine.ModelSource;
import dev.slipway.inference.optional.SavedModelPlaces;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// TensorFlow SavedModels, computed by TensorFlow on this machine's processor.
///
/// The artifact is a SavedModel directory, or one with `model.savedmodel` or numbered versions in
/// it, of which the highest is taken. Options: [SessionSettings]. Requests recorded in
/// `assets.extra/tf_serving_warmup_requests` are run before the model is ready.
public final class TensorFlowEngine implements Engine {
  private static final Logger LOG = LoggerFactory.getLogger(TensorFlowEngine.class);
  private static final long SESSION_BYTES = 4L << 20;

  @Override
  public String format() {
    return "tensorflow";
  }

  @Override
  public boolean recognises(Path artifact) {
    return SavedModelPlaces.has(artifact);
  }

  @Override
  public LoadedModel load(ModelSource source) throws ModelLoadException {
    var settings = SessionSettings.of(source.options());
    var saved = SavedModel.open(source.artifact(), settings.tags());
    if (memoryBytes(saved.bytes()) > source.memoryLimitBytes()) {
      throw new ModelLoadException(
          saved.directory()
              + " needs about "
              + Bytes.words(memoryBytes(saved.bytes()))
              + " of memory, allowed are "
              + Bytes.words(source.memoryLimitBytes()));
    }
    try {
      var model = new TensorFlowModel(Session.open(saved, settings), saved);
      warmUp(model, saved.directory());
      return model;
    } catch (TfFailure problem) {
      throw new ModelLoadException(
          saved.directory() + " is no model that TensorFlow can load: " + reason(problem), problem);
    }
  }

  private static String reason(TfFailure problem) {
    return problem.reason().contains("Op type not registered")
        ? problem.reason() + " (made by a newer TensorFlow, or with operations of another library)"
        : problem.reason();
  }

  private static void warmUp(TensorFlowModel model, Path directory) {
    for (var request : WarmUpRequests.of(directory)) {
      try {
        model.infer(request);
      } catch (InferenceException problem) {
        LOG.warn("{}: a warm-up request fails: {}", directory, problem.getMessage());
      }
    }
  }

  /// What a model of that size occupies: its variables, and once more what the graph makes of them.
  static long memoryBytes(long fileBytes) {
    return 2 * fileBytes + SESSION_BYTES;
  }
}
