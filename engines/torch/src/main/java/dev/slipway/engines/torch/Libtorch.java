package dev.slipway.engines.torch;

import ai.djl.engine.Engine;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.JniUtils;
import dev.slipway.inference.engine.ModelLoadException;
import dev.slipway.inference.optional.NativeFiles;
import java.util.Map;

/// libtorch in this process. The first call unpacks and loads the library.
///
/// Implementation note. DJL takes its settings from system properties and looks for its libraries
/// through the thread's class loader; both are set here and nowhere else. It would otherwise ask
/// the network for libraries, and report each start to its makers.
final class Libtorch {
  private static final Map<String, String> SETTINGS =
      Map.of(
          "ai.djl.offline", "true",
          "OPT_OUT_TRACKING", "true",
          "PYTORCH_FLAVOR", "cpu",
          "DJL_CACHE_DIR", NativeFiles.cache().resolve("djl").toString(),
          "ENGINE_CACHE_DIR", NativeFiles.cache().resolve("djl").toString(),
          "ai.djl.pytorch.num_threads", "1");

  private Libtorch() {}

  /// The manager that all others are made from.
  ///
  /// @throws ModelLoadException saying why the library cannot be loaded
  static synchronized PtNDManager started() throws ModelLoadException {
    var thread = Thread.currentThread();
    var before = thread.getContextClassLoader();
    thread.setContextClassLoader(Libtorch.class.getClassLoader());
    try {
      SETTINGS.forEach(
          (name, value) -> {
            if (System.getProperty(name) == null && System.getenv(name) == null) {
              System.setProperty(name, value);
            }
          });
      return (PtNDManager) Engine.getEngine("PyTorch").newBaseManager();
    } catch (RuntimeException | LinkageError problem) {
      Throwable at = problem;
      while (at.getCause() != null) {
        at = at.getCause();
      }
      throw new ModelLoadException("libtorch cannot start here: " + at.getMessage(), problem);
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  /// Threads that one operation may use, in the whole process.
  static void threads(int count) {
    JniUtils.setNumThreads(count);
  }
}
