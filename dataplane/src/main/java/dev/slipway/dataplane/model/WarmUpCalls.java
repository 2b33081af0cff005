package dev.slipway.dataplane.model;

import dev.slipway.inference.engine.Invocation;
import dev.slipway.inference.engine.ModelLoadException;
import dev.slipway.inference.layout.Serving.WarmUp.Content;
import dev.slipway.inference.layout.Serving.WarmUp.Input;
import dev.slipway.inference.tensor.DataType;
import dev.slipway.inference.tensor.Shapes;
import dev.slipway.inference.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/// Warm-up requests as a model's configuration describes them.
final class WarmUpCalls {
  private static final long SEED = 1;

  private WarmUpCalls() {}

  static List<Invocation> of(List<dev.slipway.inference.layout.Serving.WarmUp> described)
      throws ModelLoadException {
    var calls = new ArrayList<Invocation>();
    for (var each : described) {
      var inputs = new ArrayList<Tensor>();
      for (var input : each.inputs().entrySet()) {
        inputs.add(tensor(input.getKey(), input.getValue(), each.batchSize()));
      }
      for (int i = 0; i < Math.max(1, each.count()); i++) {
        calls.add(Invocation.of(inputs));
      }
    }
    return calls;
  }

  private static Tensor tensor(String name, Input input, int batch) throws ModelLoadException {
    var shape = shape(input.shape(), batch);
    try {
      int size = Shapes.size(shape);
      if (input.type() == DataType.BYTES) {
        var texts = new String[size];
        Arrays.fill(texts, "");
        return Tensor.ofStrings(name, shape, texts);
      }
      return Tensor.ofRaw(name, input.type(), shape, content(input.content(), size, input.type()));
    } catch (IllegalArgumentException | IOException problem) {
      throw new ModelLoadException(
          "model_warmup input " + name + ": " + problem.getMessage(), problem);
    }
  }

  private static ByteBuffer content(Content content, int size, DataType type) throws IOException {
    return switch (content) {
      case Content.Zeros _ -> ByteBuffer.allocate(Math.multiplyExact(size, type.size()));
      case Content.Random _ -> random(size, type);
      case Content.Bytes(var file) -> ByteBuffer.wrap(Files.readAllBytes(file));
    };
  }

  private static ByteBuffer random(int size, DataType type) {
    var values = new Random(SEED).doubles(size).toArray();
    return Tensor.ofDoubles("", new long[] {size}, values).cast(type).wire();
  }

  private static long[] shape(List<Long> row, int batch) {
    var shape = new long[row.size() + (batch > 0 ? 1 : 0)];
    if (batch > 0) {
      shape[0] = batch;
    }
    for (int i = 0; i < row.size(); i++) {
      shape[shape.length - row.size() + i] = Math.max(1, row.get(i));
    }
    return shape;
  }
}
