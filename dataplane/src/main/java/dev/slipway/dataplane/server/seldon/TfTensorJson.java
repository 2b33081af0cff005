package dev.slipway.dataplane.server.seldon;

import dev.slipway.base.Json;
import dev.slipway.inference.codec.json.JsonWriter;
import dev.slipway.inference.codec.json.TensorWriter;
import dev.slipway.inference.codec.tfserving.TfTypes;
import dev.slipway.inference.engine.InvalidInputException;
import dev.slipway.inference.tensor.DataType;
import dev.slipway.inference.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// TensorFlow's `TensorProto` in protobuf's JSON form.
final class TfTensorJson {
  private TfTensorJson() {}

  static Tensor read(ObjectNode proto, String name) {
    var type = type(proto.path("dtype"));
    var dims = proto.path("tensorShape").path("dim");
    if (dims.isMissingNode()) {
      dims = proto.path("tensor_shape").path("dim");
    }
    var shape = new long[dims.size()];
    for (int i = 0; i < shape.length; i++) {
      shape[i] = dims.get(i).path("size").asLong(-1);
    }
    try {
      var content = Json.text(proto, "tensorContent");
      if (!content.isEmpty()) {
        return Tensor.ofRaw(
            name, type, shape, ByteBuffer.wrap(Base64.getDecoder().decode(content)));
      }
      return Tensor.ofDoubles(name, shape, values(proto, type)).cast(type);
    } catch (IllegalArgumentException | IllegalStateException problem) {
      throw new InvalidInputException("data.tftensor: " + problem.getMessage());
    }
  }

  private static DataType type(JsonNode named) {
    return Arrays.stream(DataType.values())
        .filter(
            type ->
                TfTypes.name(type).equals(named.asString(""))
                    || TfTypes.number(type) == named.asInt(-1))
        .findFirst()
        .orElseThrow(
            () -> new InvalidInputException("data.tftensor.dtype: " + named + " is not supported"));
  }

  private static double[] values(ObjectNode proto, DataType type) {
    var field =
        switch (type) {
          case FP32 -> "floatVal";
          case FP64 -> "doubleVal";
          case INT64 -> "int64Val";
          case BOOL -> "boolVal";
          case INT8, INT16, INT32, UINT8, UINT16 -> "intVal";
          case UINT32, UINT64, FP16, BF16, BYTES ->
              throw new InvalidInputException(
                  "data.tftensor: " + TfTypes.name(type) + " needs tensorContent");
        };
    var values = proto.path(field);
    var numbers = new double[values.size()];
    for (int i = 0; i < numbers.length; i++) {
      var value = values.get(i);
      numbers[i] = value.isBoolean() ? (value.booleanValue() ? 1 : 0) : value.asDouble(Double.NaN);
    }
    return numbers;
  }

  static void write(JsonWriter writer, Tensor tensor) {
    var doubles = tensor.cast(DataType.FP64);
    writer.beginObject().name("dtype").value("DT_DOUBLE");
    writer.name("tensorShape").beginObject().name("dim").beginArray();
    for (long dimension : tensor.shape()) {
      writer.beginObject().name("size").value(Long.toString(dimension)).endObject();
    }
    writer.endArray().endObject();
    TensorWriter.flat(writer.name("doubleVal"), doubles);
    writer.endObject();
  }
}
