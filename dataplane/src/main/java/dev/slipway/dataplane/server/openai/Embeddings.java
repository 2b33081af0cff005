package dev.slipway.dataplane.server.openai;

import dev.slipway.base.Json;
import dev.slipway.dataplane.model.Servable;
import dev.slipway.inference.codec.json.JsonWriter;
import dev.slipway.inference.engine.InvalidInputException;
import dev.slipway.inference.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/// The answer to an embeddings request.
final class Embeddings {
  private Embeddings() {}

  /// @param outputs vectors `[n, d]` first, and `token_count` where the model counts
  static byte[] write(Servable servable, List<Tensor> outputs, ObjectNode asked) {
    var vectors = outputs.getFirst();
    if (vectors.shape().length != 2 || !vectors.type().floating()) {
      throw new InvalidInputException(
          "model " + servable.name() + " gives no embeddings but " + vectors);
    }
    int kept = dimensions(asked, vectors.width());
    boolean base64 = Json.text(asked, "encoding_format").equals("base64");
    var values = vectors.asFloats();
    var writer = new JsonWriter(64 + 12 * values.length).beginObject();
    writer.name("object").value("list").name("data").beginArray();
    for (int row = 0; row < vectors.rows(); row++) {
      writer.beginObject().name("object").value("embedding").name("index").value((long) row);
      vector(
          writer.name("embedding"),
          shortened(values, row * vectors.width(), vectors.width(), kept),
          base64);
      writer.endObject();
    }
    long tokens = tokens(outputs);
    writer.endArray().name("model").value(servable.name()).name("usage").beginObject();
    writer.name("prompt_tokens").value(tokens).name("total_tokens").value(tokens);
    return writer.endObject().endObject().toBytes();
  }

  private static int dimensions(ObjectNode asked, int width) {
    int wanted = asked.path("dimensions").asInt(width);
    if (wanted < 1 || wanted > width) {
      throw new InvalidInputException("dimensions: found " + wanted + ", expected 1 to " + width);
    }
    return wanted;
  }

  /// The first components, of length one again.
  private static float[] shortened(float[] values, int from, int width, int kept) {
    var vector = Arrays.copyOfRange(values, from, from + kept);
    if (kept < width) {
      double squares = 0;
      for (float value : vector) {
        squares += (double) value * value;
      }
      double length = Math.sqrt(squares);
      for (int i = 0; i < kept && length > 0; i++) {
        vector[i] = (float) (vector[i] / length);
      }
    }
    return vector;
  }

  private static void vector(JsonWriter writer, float[] vector, boolean base64) {
    if (base64) {
      var bytes = ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      bytes.asFloatBuffer().put(vector);
      writer.base64(bytes.array());
      return;
    }
    writer.beginArray();
    for (float value : vector) {
      writer.value(value);
    }
    writer.endArray();
  }

  private static long tokens(List<Tensor> outputs) {
    for (var output : outputs) {
      if (output.name().equals("token_count")) {
        return Arrays.stream(output.asLongs()).sum();
      }
    }
    return 0;
  }
}
