package dev.slipway.engines.torch;

import ai.djl.engine.EngineException;
import ai.djl.pytorch.jni.JniUtils;
import dev.slipway.base.Bytes;
import dev.slipway.inference.engine.Engine;
import dev.slipway.inference.engine.LoadedModel;
import dev.slipway.inference.engine.ModelLoadException;
import dev.slipway.inference.engine.ModelSource;
import dev.slipway.inference.optional.TorchPlaces;
import java.nio.file.Path;
import java.util.Map;

/// TorchScript modules, computed by libtorch on this machine's processor.
///
/// The artifact is a TorchScript file, or a directory with one: `model.pt` where there are several.
/// Options: `intra_op_threads`, or Triton's `INTRA_OP_THREAD_COUNT`: threads of one operation, one
/// by default because the server runs as many requests at a time as there are cores; the number
/// holds for all models of the process.
public final class TorchEngine implements Engine {
  private static final long MODULE_BYTES = 1L << 20;
  private static final int MOST_THREADS = 1024;

  @Override
  public String format() {
    return "pytorch";
  }

  @Override
  public boolean recognises(Path artifact) {
    return TorchPlaces.of(artifact).isPresent();
  }

  @Override
  public LoadedModel load(ModelSource source) throws ModelLoadException {
    var file = TorchPlaces.of(source.artifact());
    if (file.isEmpty()) {
      throw new ModelLoadException(
          source.artifact() + ": expected a TorchScript file (model.pt), found none");
    }
    int threads = threads(source.options());
    var archive = TorchArchive.open(file.get());
    if (memoryBytes(archive.bytes()) > source.memoryLimitBytes()) {
      throw new ModelLoadException(
          file.get()
              + " needs about "
              + Bytes.words(memoryBytes(archive.bytes()))
              + " of memory, allowed are "
              + Bytes.words(source.memoryLimitBytes()));
    }
    return open(archive, threads);
  }

  private static TorchModel open(TorchArchive archive, int threads) throws ModelLoadException {
    var arguments = new Arguments(archive.forward());
    var manager = Libtorch.started();
    try {
      if (threads > 0) {
        Libtorch.threads(threads);
      }
      var none = new String[0];
      var block = JniUtils.loadModule(manager, archive.file(), false, none, none, false);
      JniUtils.enableInferenceMode(block);
      return new TorchModel(manager, block, archive, arguments);
    } catch (EngineException | IllegalArgumentException problem) {
      manager.close();
      throw new ModelLoadException(
          archive.file() + " is no model that libtorch can load: " + TorchReasons.of(problem),
          problem);
    }
  }

  private static int threads(Map<String, String> options) throws ModelLoadException {
    for (var name : new String[] {"intra_op_threads", "INTRA_OP_THREAD_COUNT"}) {
      var value = options.getOrDefault(name, "").strip();
      if (value.matches("\\d{1,4}") && Integer.parseInt(value) <= MOST_THREADS) {
        return Integer.parseInt(value);
      }
      if (!value.isEmpty()) {
        throw new ModelLoadException(
            "option "
                + name
                + ": found \""
                + value
                + "\", expected a number from 0 (as it is) to "
                + MOST_THREADS);
      }
    }
    return 0;
  }

  /// What a module of that size occupies: its weights, and once more while it computes.
  static long memoryBytes(long fileBytes) {
    return 2 * fileBytes + MODULE_BYTES;
  }
}
