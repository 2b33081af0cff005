package dev.slipway.engines.torch;

import dev.slipway.base.Json;
import dev.slipway.inference.engine.Invocation;
import dev.slipway.inference.tensor.DataType;
import dev.slipway.inference.tensor.Tensor;
import dev.slipway.testkit.PythonKit;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/// TorchScript that PyTorch wrote, with its own answers; made once.
final class Samples {
  private static final Path HOME = made();

  private Samples() {}

  /// A call and what PyTorch answers.
  record Sample(Invocation call, List<Tensor> outputs) {}

  static Path model(String name) {
    return HOME.resolve(name).resolve("model.pt");
  }

  static Path bad(String name) {
    return HOME.resolve("bad").resolve(name);
  }

  static List<Sample> of(String name) {
    try {
      var bytes = Files.readAllBytes(HOME.resolve(name).resolve("cases.json"));
      var samples = new ArrayList<Sample>();
      for (var each : Json.parse(bytes)) {
        var call = new Invocation("", tensors(each.get("inputs")), List.of(), Map.of());
        samples.add(new Sample(call, tensors(each.get("outputs"))));
      }
      return samples;
    } catch (IOException problem) {
      throw new UncheckedIOException(problem);
    }
  }

  private static List<Tensor> tensors(JsonNode node) {
    var tensors = new ArrayList<Tensor>();
    node.properties().forEach(each -> tensors.add(tensor(each.getKey(), each.getValue())));
    return tensors;
  }

  private static Tensor tensor(String name, JsonNode node) {
    var type = DataType.valueOf(node.get("dtype").asString());
    var shape = new long[node.get("shape").size()];
    for (int i = 0; i < shape.length; i++) {
      shape[i] = node.get("shape").get(i).asLong();
    }
    return Tensor.of(name, type, shape, values(type, node.get("data")));
  }

  private static Object values(DataType type, JsonNode data) {
    int size = data.size();
    Object array =
        switch (type) {
          case BYTES -> new byte[size][];
          case FP64 -> new double[size];
          case FP32 -> new float[size];
          case INT64, UINT64 -> new long[size];
          case INT32, UINT32 -> new int[size];
          case INT16, UINT16, FP16, BF16 -> new short[size];
          case INT8, UINT8, BOOL -> new byte[size];
        };
    for (int i = 0; i < size; i++) {
      var value = data.get(i);
      switch (array) {
        case byte[][] texts -> texts[i] = value.asString().getBytes(StandardCharsets.UTF_8);
        case double[] doubles -> doubles[i] = value.doubleValue();
        case float[] floats -> floats[i] = (float) value.doubleValue();
        case long[] longs -> longs[i] = value.longValue();
        case int[] ints -> ints[i] = (int) value.longValue();
        case short[] shorts -> shorts[i] = (short) value.longValue();
        case byte[] bytes -> bytes[i] = (byte) value.longValue();
        default -> throw new IllegalStateException(type.toString());
      }
    }
    return array;
  }

  private static Path made() {
    var home = PythonKit.root().resolve("engines/torch/target/models");
    PythonKit.with("torch==2.13.0", "transformers==5.18.0", "onnx==1.23.1")
        .run(PythonKit.root().resolve("engines/torch/src/test/python/models.py"), home.toString());
    return home;
  }
}
