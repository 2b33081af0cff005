package dev.slipway.inference.codec.tfserving;

import dev.slipway.base.Json;
import dev.slipway.inference.codec.proto.ProtoWriter;
import dev.slipway.inference.engine.InvalidInputException;
import dev.slipway.inference.engine.Signature;
import dev.slipway.inference.tensor.DataType;
import dev.slipway.inference.tensor.Tensor;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The `examples` of classify and regress requests: objects of features, over a common `context`.
///
/// A signature with one string input takes them as serialized `tf.Example`; any other takes a
/// column
/// for each feature.
public final class TfExamples {
  private static final int CAPACITY = 256;

  private TfExamples() {}

  /// @param signature what is asked: `signature_name`; `""` for none
  /// @param examples in the client's order, each over the context
  public record Request(String signature, List<ObjectNode> examples) {
    public Request {
      examples = List.copyOf(examples);
    }
  }

  /// @throws InvalidInputException if the body has no list of objects in `examples`
  public static Request read(byte[] body) {
    ObjectNode document;
    try {
      document = Json.parseObject(body);
    } catch (JacksonException | IllegalArgumentException problem) {
      throw new InvalidInputException("JSON Parse error: " + problem.getMessage());
    }
    if (!(document.get("examples") instanceof ArrayNode examples) || examples.isEmpty()) {
      throw new InvalidInputException("expected a list of objects in \"examples\", found none");
    }
    var context = document.get("context") instanceof ObjectNode found ? found : Json.object();
    var list = new ArrayList<ObjectNode>();
    for (var example : examples) {
      if (!(example instanceof ObjectNode features)) {
        throw new InvalidInputException("examples: found " + example + ", expected an object");
      }
      var merged = context.deepCopy();
      merged.setAll(features);
      list.add(merged);
    }
    return new Request(Json.text(document, "signature_name"), list);
  }

  /// The inputs of a signature.
  public static List<Tensor> inputs(List<ObjectNode> examples, Signature signature) {
    var inputs = signature.inputs();
    if (inputs.size() == 1 && inputs.getFirst().type() == DataType.BYTES) {
      var serialized = examples.stream().map(TfExamples::serialized).toArray(byte[][]::new);
      return List.of(
          Tensor.of(
              inputs.getFirst().name(), DataType.BYTES, new long[] {examples.size()}, serialized));
    }
    return columns(examples);
  }

  private static byte[] serialized(ObjectNode example) {
    var writer = new ProtoWriter(CAPACITY);
    int features = writer.begin(1);
    for (var field : example.properties()) {
      int entry = writer.begin(1);
      writer.writeString(1, field.getKey());
      int feature = writer.begin(2);
      feature(writer, field.getKey(), values(field.getValue()));
      writer.end(feature);
      writer.end(entry);
    }
    writer.end(features);
    return writer.toBytes();
  }

  private static List<JsonNode> values(JsonNode value) {
    var values = new ArrayList<JsonNode>();
    if (value instanceof ArrayNode array) {
      array.forEach(values::add);
    } else {
      values.add(value);
    }
    return values;
  }

  /// `bytes_list` 1, `float_list` 2, `int64_list` 3.
  private static void feature(ProtoWriter writer, String name, List<JsonNode> values) {
    boolean whole = values.stream().allMatch(JsonNode::isIntegralNumber);
    boolean numbers = values.stream().allMatch(JsonNode::isNumber);
    int list = writer.begin(whole ? 3 : numbers ? 2 : 1);
    if (whole) {
      writer.writeLongs(1, values.stream().mapToLong(JsonNode::longValue).toArray());
    } else if (numbers) {
      var floats = new float[values.size()];
      for (int i = 0; i < floats.length; i++) {
        floats[i] = (float) values.get(i).doubleValue();
      }
      writer.writeFloats(1, floats);
    } else {
      values.forEach(value -> writer.alwaysBytes(1, text(name, value)));
    }
    writer.end(list);
  }

  private static byte[] text(String name, JsonNode value) {
    if (value instanceof ObjectNode object && object.get("b64") != null) {
      try {
        return Base64.getDecoder().decode(object.get("b64").asString());
      } catch (IllegalArgumentException problem) {
        throw new InvalidInputException("feature " + name + ": b64: " + problem.getMessage());
      }
    }
    if (value.isBinary()) {
      return value.binaryValue();
    }
    if (!value.isString()) {
      throw new InvalidInputException(
          "feature " + name + ": found " + value + ", expected strings, or numbers alone");
    }
    return value.stringValue().getBytes(StandardCharsets.UTF_8);
  }

  private static List<Tensor> columns(List<ObjectNode> examples) {
    Map<String, List<List<JsonNode>>> columns = new LinkedHashMap<>();
    for (var example : examples) {
      for (var field : example.properties()) {
        columns
            .computeIfAbsent(field.getKey(), _ -> new ArrayList<>())
            .add(values(field.getValue()));
      }
    }
    var tensors = new ArrayList<Tensor>();
    columns.forEach((name, rows) -> tensors.add(column(name, rows, examples.size())));
    return tensors;
  }

  private static Tensor column(String name, List<List<JsonNode>> rows, int count) {
    int width = rows.getFirst().size();
    if (rows.size() != count || rows.stream().anyMatch(row -> row.size() != width)) {
      throw new InvalidInputException(
          "feature " + name + ": expected as many values in every example");
    }
    var shape = width == 1 ? new long[] {count} : new long[] {count, width};
    var all = rows.stream().flatMap(List::stream).toList();
    if (all.stream().allMatch(JsonNode::isIntegralNumber)) {
      return Tensor.ofLongs(name, shape, all.stream().mapToLong(JsonNode::longValue).toArray());
    }
    if (all.stream().allMatch(JsonNode::isNumber)) {
      return Tensor.ofDoubles(
          name, shape, all.stream().mapToDouble(JsonNode::doubleValue).toArray());
    }
    var texts = all.stream().map(value -> text(name, value)).toArray(byte[][]::new);
    return Tensor.of(name, DataType.BYTES, shape, texts);
  }
}
