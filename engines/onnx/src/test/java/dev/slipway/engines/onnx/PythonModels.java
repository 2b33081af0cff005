package dev.slipway.engines.onnx;

import dev.slipway.testkit.PythonKit;
import java.nio.file.Path;

/// Models, inputs and answers that Python's onnx and onnxruntime wrote; made once.
public final class PythonModels {
  private static final Path DIRECTORY = make();

  private PythonModels() {}

  public static Path directory() {
    return DIRECTORY;
  }

  private static Path make() {
    var module = PythonKit.root().resolve("engines/onnx");
    var directory = module.resolve("target/models/python");
    PythonKit.with("onnx==1.23.1", "onnxruntime==1.30.0")
        .run(module.resolve("src/test/python/models.py"), directory.toString());
    return directory;
  }
}
