package dev.slipway.dataplane.server;

import dev.slipway.base.Json;
import dev.slipway.inference.codec.json.JsonOptions;
import dev.slipway.inference.codec.json.JsonReader;
import dev.slipway.inference.codec.json.JsonWriter;
import dev.slipway.inference.codec.json.TensorWriter;
import dev.slipway.inference.codec.v1.InferredTensors;
import dev.slipway.inference.engine.InvalidInputException;
import dev.slipway.inference.engine.Signature;
import dev.slipway.inference.tensor.Tensor;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Between JSON trees and tensors, for protocols whose bodies are read as trees.
public final class JsonTensors {
  /// Takes `NaN` and `Infinity` too, which Python's clients send.
  private static final JsonMapper LENIENT =
      Json.MAPPER
          .rebuild()
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .disable(JsonWriteFeature.WRITE_NAN_AS_STRINGS)
          .build();

  private JsonTensors() {}

  /// @throws InvalidInputException if the body is no JSON object
  public static ObjectNode object(byte[] body) {
    JsonNode document;
    try {
      document = LENIENT.readTree(body);
    } catch (JacksonException problem) {
      throw new InvalidInputException("the body is no JSON: " + problem.getOriginalMessage());
    }
    if (document instanceof ObjectNode object) {
      return object;
    }
    throw new InvalidInputException(
        "expected a JSON object, found "
            + document.getNodeType().name().toLowerCase(java.util.Locale.ROOT));
  }

  /// Nested arrays, or an array of objects, as the model's inputs.
  ///
  /// @param what for messages
  public static List<Tensor> rows(JsonNode rows, String what, Signature signature) {
    var names = signature.inputs().stream().map(Signature.Spec::name).toList();
    return InferredTensors.rows(reader(rows), what, names);
  }

  /// An object of columns.
  public static List<Tensor> columns(JsonNode columns) {
    return InferredTensors.columns(reader(columns));
  }

  private static JsonReader reader(JsonNode node) {
    return new JsonReader(LENIENT.writeValueAsBytes(node), JsonOptions.LENIENT);
  }

  /// A tensor as nested arrays, in bytes of JSON.
  public static byte[] nested(Tensor tensor) {
    var writer = new JsonWriter(16 * Math.max(4, Math.min(tensor.size(), 1 << 16)));
    TensorWriter.nested(writer, tensor);
    return writer.toBytes();
  }
}
