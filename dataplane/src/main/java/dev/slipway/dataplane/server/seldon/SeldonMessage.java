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
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.IntStream;
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
  private static final String NDARRAY = "ndarray";
  private static final String TENSOR = "tensor";

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

  static List<Tensor> json(JsonNode json, Signature signature) {
    return json instanceof ArrayNode
        ? JsonTensors.rows(json, "jsonData", signature)
        : JsonTensors.columns(json);
  }

  private static SeldonMessage data(
      ObjectNode data, ObjectNode meta, String name, Signature signature) {
    if (data.get(NDARRAY) instanceof ArrayNode rows) {
      return new SeldonMessage(NDARRAY, JsonTensors.rows(rows, "ndarray", signature), meta);
    }
    if (data.get(TENSOR) instanceof ObjectNode tensor) {
      return new SeldonMessage(TENSOR, List.of(tensor(tensor, name)), meta);
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
    var given = tensor.path("shape");
    var shape = new long[given.size()];
    for (int i = 0; i < shape.length; i++) {
      shape[i] = given.get(i).asLong(-1);
    }
    return tensor(name, shape, numbers);
  }

  /// The values of `data.tensor`.
  static Tensor tensor(String name, long[] shape, double... numbers) {
    int size;
    try {
      size = Shapes.size(shape);
    } catch (IllegalArgumentException problem) {
      throw new InvalidInputException("data.tensor.shape: " + problem.getMessage());
    }
    if (size != numbers.length) {
      throw new InvalidInputException(
          "data.tensor: shape "
              + Arrays.toString(shape)
              + " needs "
              + size
              + " values, found "
              + numbers.length);
    }
    return Tensor.ofDoubles(name, shape, numbers);
  }

  /// Where the answer's values go: the place the request's were in. Text has no place in `tensor`
  /// and
  /// `tftensor`; numbers have none outside `data`, and models with several outputs answer with
  /// `jsonData`, an object of them.
  ///
  /// Source: seldon-core 1.17.1, `python/seldon_core/utils.py`, `construct_response_json`.
  String place(List<Tensor> outputs) {
    var output = outputs.getFirst();
    boolean text = output.type() == DataType.BYTES;
    boolean one = text && output.size() == 1;
    return switch (kind) {
      case "jsonData" -> outputs.size() > 1 ? kind : text ? NDARRAY : TENSOR;
      case "strData", "binData" -> one ? kind : text ? NDARRAY : TENSOR;
      default -> text ? NDARRAY : kind;
    };
  }

  /// Names of an answer's columns.
  static List<String> names(Tensor output) {
    int columns = output.shape().length < 2 ? 0 : (int) output.shape()[1];
    return IntStream.range(0, columns).mapToObj(column -> "t:" + column).toList();
  }

  byte[] answer(Servable servable, List<Tensor> outputs, String puid) {
    var output = outputs.getFirst();
    var writer = new JsonWriter(CAPACITY).beginObject();
    var place = place(outputs);
    switch (place) {
      case "jsonData" -> {
        writer.name(place).beginObject();
        outputs.forEach(each -> TensorWriter.nested(writer.name(each.name()), each));
        writer.endObject();
      }
      case "strData" -> writer.name(place).value(output.text(0));
      case "binData" -> writer.name(place).base64(output.strings()[0]);
      default -> data(writer, place, output);
    }
    meta(writer, servable, puid);
    return writer.endObject().toBytes();
  }

  private static void data(JsonWriter writer, String place, Tensor output) {
    writer.name("data").beginObject().name("names").beginArray();
    names(output).forEach(writer::value);
    writer.endArray();
    switch (place) {
      case "tftensor" -> TfTensorJson.write(writer.name(place), output);
      case TENSOR -> {
        writer.name(place).beginObject().name("shape").beginArray();
        for (long dimension : output.shape()) {
          writer.value(dimension);
        }
        TensorWriter.flat(writer.endArray().name("values"), output);
        writer.endObject();
      }
      default -> TensorWriter.nested(writer.name(NDARRAY), output);
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
