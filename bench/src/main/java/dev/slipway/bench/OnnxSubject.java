package dev.slipway.bench;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.slipway.inference.engine.Invocation;
import dev.slipway.inference.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// A model that is measured: how it is fed, through our engine and through a raw session.
///
/// @param file the ONNX graph
/// @param inputs names of its inputs; one is of floats, several are of token ids and their masks
/// @param width numbers of an input for each row
/// @param answer numbers of the output for each row, its dimensions behind the first
record OnnxSubject(
    String name, Path file, List<String> inputs, int width, String output, List<Long> answer) {
  private static final Path MODELS = Path.of("engines/onnx/target/models");

  OnnxSubject {
    inputs = List.copyOf(inputs);
    answer = List.copyOf(answer);
    if (!Files.exists(file)) {
      throw new IllegalStateException(
          file + " is not there; run: ./mvnw -Dfast -pl engines/onnx -am test");
    }
  }

  /// A model of one input `x` and one output `y`, made by the tests of the engine.
  static OnnxSubject small(String name, int width, long outputs) {
    var file = MODELS.resolve("python").resolve(name).resolve("model.onnx");
    return new OnnxSubject(name, file, List.of("x"), width, "y", List.of(outputs));
  }

  /// MiniLM-L6-v2, quantised, on texts of 16 tokens.
  static OnnxSubject miniLm() {
    return new OnnxSubject(
        "MiniLM q, 16 tokens",
        MODELS.resolve("minilm/onnx/model.onnx"),
        List.of("input_ids", "attention_mask", "token_type_ids"),
        16,
        "last_hidden_state",
        List.of(16L, 384L));
  }

  private boolean tokens() {
    return inputs.size() > 1;
  }

  /// A request of ours.
  Invocation call(int rows) {
    var shape = new long[] {rows, width};
    var tensors =
        inputs.stream()
            .map(
                each ->
                    tokens()
                        ? Tensor.ofLongs(each, shape, longs(each, rows))
                        : Tensor.ofFloats(each, shape, new float[rows * width]))
            .toList();
    return new Invocation("", tensors, List.of(output), Map.of());
  }

  private long[] longs(String input, int rows) {
    var values = new long[rows * width];
    for (int i = 0; i < values.length; i++) {
      values[i] = input.equals("input_ids") ? 1_000 + 37L * i % 20_000 : 1;
    }
    if (input.equals("token_type_ids")) {
      Arrays.fill(values, 0);
    }
    return values;
  }

  /// A raw session of one thread.
  OrtSession session() throws OrtException {
    try (var options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      return OrtEnvironment.getEnvironment().createSession(file.toString(), options);
    }
  }

  /// The least that Java's own door to ONNX Runtime costs: inputs reused, the output pinned.
  Raw raw(OrtSession session, int rows) throws OrtException {
    var environment = OrtEnvironment.getEnvironment();
    var fed = new HashMap<String, OnnxTensor>();
    var shape = new long[] {rows, width};
    for (var each : inputs) {
      var memory = direct(rows * width * (tokens() ? Long.BYTES : Float.BYTES));
      fed.put(
          each,
          tokens()
              ? OnnxTensor.createTensor(
                  environment, memory.asLongBuffer().put(longs(each, rows)).flip(), shape)
              : OnnxTensor.createTensor(environment, memory.asFloatBuffer(), shape));
    }
    var dimensions = new long[answer.size() + 1];
    dimensions[0] = rows;
    long size = rows;
    for (int i = 0; i < answer.size(); i++) {
      dimensions[i + 1] = answer.get(i);
      size *= answer.get(i);
    }
    var memory = direct(Math.toIntExact(size * Float.BYTES));
    var pinned = OnnxTensor.createTensor(environment, memory.asFloatBuffer(), dimensions);
    return new Raw(session, fed, Map.of(output, pinned));
  }

  private static ByteBuffer direct(int bytes) {
    return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
  }

  /// A call of a raw session, to be made again and again by one thread.
  record Raw(OrtSession session, Map<String, OnnxTensor> inputs, Map<String, OnnxTensor> outputs)
      implements AutoCloseable {
    void run() throws OrtException {
      session.run(inputs, Set.of(), outputs).close();
    }

    @Override
    public void close() {
      inputs.values().forEach(OnnxTensor::close);
      outputs.values().forEach(OnnxTensor::close);
    }
  }
}
