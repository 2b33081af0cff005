package dev.slipway.bench;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.slipway.engines.onnx.OnnxEngine;
import dev.slipway.inference.engine.Invocation;
import dev.slipway.inference.engine.LoadedModel;
import dev.slipway.inference.engine.ModelSource;
import dev.slipway.inference.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// Microseconds of one call of small models: through our engine, and through a raw `OrtSession`
/// with a reused input and a pinned output, the least that Java's own door to ONNX Runtime costs.
///
/// The models are those the tests of `engines/onnx` write under its `target/models/python`.
public final class OnnxBench {
  private static final int WARM_UP = 30_000;
  private static final int CALLS = 30_000;
  private static final int OUTPUTS = 3;

  private OnnxBench() {}

  private interface Call {
    void run() throws Exception;
  }

  public static void main(String[] arguments) throws Exception {
    var models = Path.of("engines/onnx/target/models/python");
    if (!Files.isDirectory(models)) {
      throw new IllegalStateException(models + " is not there: run the tests of engines/onnx");
    }
    System.out.println("| model | ours, us | raw pinned, us | ratio |\n|---|---|---|---|");
    row(models, "identity_float", 3, OUTPUTS);
    row(models, "mlp_4", 4, OUTPUTS);
    row(models, "mlp_784", 784, 10);
  }

  private static void row(Path models, String name, int width, int outputs) throws Exception {
    try (var model = new OnnxEngine().load(ModelSource.of(name, models.resolve(name)));
        var options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      var environment = OrtEnvironment.getEnvironment();
      var file = models.resolve(name).resolve("model.onnx").toString();
      try (var session = environment.createSession(file, options)) {
        double ours = ours(model, width);
        double raw = raw(environment, session, width, outputs);
        System.out.printf(
            Locale.ROOT, "| %s | %.2f | %.2f | %.2f |%n", name, ours, raw, ours / raw);
      }
    }
  }

  private static double ours(LoadedModel model, int width) throws Exception {
    var input = Tensor.ofFloats("x", new long[] {1, width}, new float[width]);
    var call = Invocation.of(input);
    return median(() -> model.infer(call));
  }

  private static double raw(OrtEnvironment environment, OrtSession session, int width, int outputs)
      throws Exception {
    try (var input = tensor(environment, width);
        var output = tensor(environment, outputs)) {
      var inputs = Map.of("x", input);
      var pinned = Map.of("y", output);
      return median(() -> session.run(inputs, Set.of(), pinned).close());
    }
  }

  private static OnnxTensor tensor(OrtEnvironment environment, int width) throws OrtException {
    var bytes = ByteBuffer.allocateDirect(width * Float.BYTES).order(ByteOrder.nativeOrder());
    return OnnxTensor.createTensor(environment, bytes.asFloatBuffer(), new long[] {1, width});
  }

  private static double median(Call call) throws Exception {
    for (int i = 0; i < WARM_UP; i++) {
      call.run();
    }
    var nanos = new long[CALLS];
    for (int i = 0; i < CALLS; i++) {
      long start = System.nanoTime();
      call.run();
      nanos[i] = System.nanoTime() - start;
    }
    Arrays.sort(nanos);
    return nanos[CALLS / 2] / 1000.0;
  }
}
