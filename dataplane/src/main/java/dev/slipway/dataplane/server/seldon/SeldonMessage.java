package dev.slipway.dataplane.server.seldon;

import dev.slipway.base.Json;
import dev.slipway.dataplane.model.Servable;
import dev.slipway.dataplane.server.JsonTensors;
import dev.slipway.inference.codec.json.JsonWriter;
import dev.slipway.inference.codec.json.TensorWriter;
import dev.slipway.inference.engine.InvalidInputException;
import dev.slipway.inference.engine.Signature;
import dev.slipway.inference.tensor.DataType;
import dev.slipway.inference.tensor.Shapes;
import dev.slipway.inference.tensor.Tensor;
import java.util.Base64;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// A `SeldonMessage`: exactly one of `data`, `binData`, `strData`, `jsonData`, and `meta`. The
/// answer
/// has the kind of the request.
///
/// @param kind `ndarray`, `tensor`, `tftensor`, `binData`, `strData` or `jsonData`
record SeldonMessage(String kind, List<Tensor> inputs, ObjectNode meta) {
  private static final int CAPACITY = 256;

  static SeldonMessage read(ObjectNode message, Signature signature) {
    var meta = message.get("meta") instanceof ObjectNode found ? found : Json.object();
    var name = signature.inputs().isEmpty() ? "input-0" : signature.inputs().getFirst().name();
    if (message.get("data") instanceof ObjectNode data) {
      return data(data, meta, name, signature);
    }
    var text = message.path("strData");
    if (text.isString()) {
      var tensor = Tensor.ofStrings(name, new long[] {1}, text.stringValue());
      return new SeldonMessage("strData", List.of(tensor), meta);
    }
    var encoded = message.path("binData");
    if (encoded.isString()) {
      var bytes = new byte[][] {decoded(encoded.stringValue())};
      var tensor = Tensor.of(name, DataType.BYTES, new long[] {1}, bytes);
      return new SeldonMessage("binData", List.of(tensor), meta);
    }
    var json = message.path("jsonData");
    if (!json.isMissingNode()) {
      return new SeldonMessage("jsonData", json(json, signature), meta);
    }
    throw new InvalidInputException(
        "a SeldonMessage has one of data, binData, strData and jsonData; found "
            + message.propertyNames());
  }

  private static byte[] decoded(String text) {
    try {
      return Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException problem) {
      throw new InvalidInputException("binData: " + problem.getMessage());
    }
  }

  private static List<Tensor> json(JsonNode json, Signature signature) {
    return json instanceof ArrayNode
        ? JsonTensors.rows(json, "jsonData", signature)
        : JsonTensors.columns(json);
  }

  private static SeldonMessage data(
      ObjectNode data, ObjectNode meta, String name, Signature signature) {
    if (data.get("ndarray") instanceof ArrayNode rows) {
      return new SeldonMessage("ndarray", JsonTensors.rows(rows, "ndarray", signature), meta);
    }
    if (data.get("tensor") instanceof ObjectNode tensor) {
      return new SeldonMessage("tensor", List.of(tensor(tensor, name)), meta);
    }
    if (data.get("tftensor") instanceof ObjectNode tensor) {
      return new SeldonMessage("tftensor", List.of(TfTensorJson.read(tensor, name)), meta);
    }
    throw new InvalidInputException(
        "data has one of tensor, ndarray and tftensor; found " + data.propertyNames());
  }

  private static Tensor tensor(ObjectNode tensor, String name) {
    if (!(tensor.get("values") instanceof ArrayNode values)) {
      throw new InvalidInputException("data.tensor: expected numbers in \"values\"");
    }
    var numbers = new double[values.size()];
    for (int i = 0; i < numbers.length; i++) {
      if (!values.get(i).isNumber()) {
        throw new InvalidInputException(
            "data.tensor.values[" + i + "]: found " + values.get(i) + ", expected a number");
      }
      numbers[i] = values.get(i).doubleValue();
    }
    var shape = shape(tensor.path("shape"), numbers.length);
    return Tensor.ofDoubles(name, shape, numbers);
  }

  private static long[] shape(JsonNode given, int count) {
    var shape = new long[given.size()];
    for (int i = 0; i < shape.length; i++) {
      shape[i] = given.get(i).asLong(-1);
    }
    int size;
    try {
      size = Shapes.size(shape);
    } catch (IllegalArgumentException problem) {
      throw new InvalidInputException("data.tensor.shape: " + problem.getMessage());
    }
    if (size != count) {
      throw new InvalidInputException(
          "data.tensor: shape " + given + " needs " + size + " values, found " + count);
    }
    return shape;
  }

  byte[] answer(Servable servable, List<Tensor> outputs, String puid) {
    var output = outputs.getFirst();
    var writer = new JsonWriter(CAPACITY).beginObject();
    boolean oneText = output.type() == DataType.BYTES && output.size() == 1;
    if (kind.equals("jsonData")) {
      TensorWriter.nested(writer.name("jsonData"), output);
    } else if (kind.equals("strData") && oneText) {
      writer.name("strData").value(output.text(0));
    } else {
      data(writer, output);
    }
    meta(writer, servable, puid);
    return writer.endObject().toBytes();
  }

  private void data(JsonWriter writer, Tensor output) {
    writer.name("data").beginObject().name("names").beginArray();
    int columns = output.shape().length < 2 ? 0 : (int) output.shape()[1];
    for (int i = 0; i < columns; i++) {
      writer.value("t:" + i);
    }
    writer.endArray();
    boolean flat = kind.equals("tensor") && output.type() != DataType.BYTES;
    if (kind.equals("tftensor") && output.type() != DataType.BYTES) {
      TfTensorJson.write(writer.name("tftensor"), output);
    } else if (flat) {
      writer.name("tensor").beginObject().name("shape").beginArray();
      for (long dimension : output.shape()) {
        writer.value(dimension);
      }
      TensorWriter.flat(writer.endArray().name("values"), output);
      writer.endObject();
    } else {
      TensorWriter.nested(writer.name("ndarray"), output);
    }
    writer.endObject();
  }

  private void meta(JsonWriter writer, Servable servable, String puid) {
    writer.name("meta").beginObject().name("puid").value(puid);
    if (meta.get("tags") instanceof ObjectNode tags) {
      writer.name("tags").raw(Json.bytes(tags));
    }
    writer.name("requestPath").beginObject();
    writer.name(servable.name()).value("slipway/" + servable.format());
    writer.endObject().endObject();
  }
}
