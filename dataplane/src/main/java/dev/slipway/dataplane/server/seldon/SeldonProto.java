package dev.slipway.dataplane.server.seldon;

import dev.slipway.base.Json;
import dev.slipway.dataplane.model.Servable;
import dev.slipway.dataplane.server.JsonTensors;
import dev.slipway.inference.codec.proto.ProtoReader;
import dev.slipway.inference.codec.proto.ProtoWriter;
import dev.slipway.inference.codec.tfserving.TfTensorReader;
import dev.slipway.inference.codec.tfserving.TfTensorWriter;
import dev.slipway.inference.engine.InvalidInputException;
import dev.slipway.inference.engine.Signature;
import dev.slipway.inference.tensor.DataType;
import dev.slipway.inference.tensor.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.ObjectNode;

/// `seldon.protos.SeldonMessage` on the wire.
///
/// Source: SeldonIO/seldon-core 1.17.1, `proto/prediction.proto`.
final class SeldonProto {
  private static final int CAPACITY = 256;

  private final String name;
  private final Signature signature;
  private final ObjectNode meta = Json.object();
  private Optional<SeldonMessage> found = Optional.empty();

  private SeldonProto(Signature signature) {
    this.signature = signature;
    this.name = signature.inputs().isEmpty() ? "input-0" : signature.inputs().getFirst().name();
  }

  /// @param signature names the inputs
  static SeldonMessage read(byte[] message, Signature signature) {
    return new SeldonProto(signature).read(ProtoReader.of(message));
  }

  private SeldonMessage read(ProtoReader reader) {
    while (reader.nextField()) {
      switch (reader.field()) {
        case 2 -> meta(reader.readMessage());
        case 3 -> data(reader.readMessage());
        case 4 -> found("binData", bytes(reader.readBytes()));
        case 5 ->
            found("strData", List.of(Tensor.ofStrings(name, new long[] {1}, reader.readString())));
        case 6 ->
            found(
                "jsonData", SeldonMessage.json(ProtoValues.value(reader.readMessage()), signature));
        default -> reader.skip();
      }
    }
    return found.orElseThrow(
        () ->
            new InvalidInputException(
                "a SeldonMessage has one of data, binData, strData and jsonData; found none"));
  }

  private List<Tensor> bytes(byte[] value) {
    return List.of(Tensor.of(name, DataType.BYTES, new long[] {1}, new byte[][] {value}));
  }

  private void found(String kind, List<Tensor> inputs) {
    found = Optional.of(new SeldonMessage(kind, inputs, meta));
  }

  private void meta(ProtoReader reader) {
    while (reader.nextField()) {
      switch (reader.field()) {
        case 1 -> meta.put("puid", reader.readString());
        case 2 -> {
          Map<String, JsonNode> tags = new LinkedHashMap<>();
          reader.readEntry(
              tags, value -> ProtoValues.value(value.readMessage()), NullNode.getInstance());
          var all = meta.get("tags") instanceof ObjectNode before ? before : meta.putObject("tags");
          tags.forEach(all::set);
        }
        default -> reader.skip();
      }
    }
  }

  private void data(ProtoReader reader) {
    while (reader.nextField()) {
      switch (reader.field()) {
        case 2 -> found("tensor", List.of(tensor(reader.readMessage())));
        case 3 ->
            found(
                "ndarray",
                JsonTensors.rows(ProtoValues.list(reader.readMessage()), "ndarray", signature));
        case 4 -> found("tftensor", List.of(new TfTensorReader().read(name, reader.readView())));
        default -> reader.skip();
      }
    }
    if (found.isEmpty()) {
      throw new InvalidInputException("data has one of tensor, ndarray and tftensor; found none");
    }
  }

  private Tensor tensor(ProtoReader reader) {
    var shape = new Numbers();
    var values = new Numbers();
    while (reader.nextField()) {
      switch (reader.field()) {
        case 1 -> reader.readLongs(shape::add);
        case 2 -> reader.readDoubles(values::add);
        default -> reader.skip();
      }
    }
    var dimensions = Arrays.stream(shape.all()).mapToLong(each -> (long) each).toArray();
    return SeldonMessage.tensor(name, dimensions, values.all());
  }

  /// Doubles, as many as come.
  private static final class Numbers {
    private double[] values = new double[16];
    private int count;

    private void add(double value) {
      if (count == values.length) {
        values = Arrays.copyOf(values, count * 2);
      }
      values[count++] = value;
    }

    private double[] all() {
      return Arrays.copyOf(values, count);
    }
  }

  /// The answer to a message.
  static byte[] write(SeldonMessage asked, Servable servable, List<Tensor> outputs, String puid) {
    var writer = new ProtoWriter(CAPACITY);
    meta(writer, asked, servable, puid);
    var output = outputs.getFirst();
    var place = asked.place(outputs);
    switch (place) {
      case "jsonData" -> {
        int mark = writer.begin(6);
        ProtoValues.writeColumns(writer, outputs);
        writer.end(mark);
      }
      case "strData" -> writer.alwaysBytes(5, output.strings()[0]);
      case "binData" -> writer.alwaysBytes(4, output.strings()[0]);
      default -> data(writer, place, output);
    }
    return writer.toBytes();
  }

  private static void data(ProtoWriter writer, String place, Tensor output) {
    int data = writer.begin(3);
    SeldonMessage.names(output).forEach(column -> writer.alwaysString(1, column));
    switch (place) {
      case "tftensor" -> writer.alwaysBytes(4, TfTensorWriter.message(output));
      case "tensor" -> {
        int tensor = writer.begin(2);
        writer.writeLongs(1, output.shape()).writeDoubles(2, output.asDoubles()).end(tensor);
      }
      default -> ProtoValues.writeList(writer, 3, output);
    }
    writer.end(data);
  }

  private static void meta(
      ProtoWriter writer, SeldonMessage asked, Servable servable, String puid) {
    int meta = writer.begin(2);
    writer.writeString(1, puid);
    asked
        .meta()
        .path("tags")
        .properties()
        .forEach(
            tag -> {
              int entry = writer.begin(2);
              writer.writeString(1, tag.getKey());
              int value = writer.begin(2);
              ProtoValues.write(writer, tag.getValue());
              writer.end(value).end(entry);
            });
    int path = writer.begin(4);
    writer.writeString(1, servable.name()).writeString(2, "slipway/" + servable.format()).end(path);
    writer.end(meta);
  }

  /// The reward of a `Feedback`.
  static float reward(byte[] feedback) {
    float reward = 0;
    var reader = ProtoReader.of(feedback);
    while (reader.nextField()) {
      if (reader.field() == 3) {
        reward = reader.readFloat();
      } else {
        reader.skip();
      }
    }
    return reward;
  }

  /// The name in a `SeldonModelMetadataRequest`.
  static String modelName(byte[] request) {
    var name = "";
    var reader = ProtoReader.of(request);
    while (reader.nextField()) {
      if (reader.field() == 1) {
        name = reader.readString();
      } else {
        reader.skip();
      }
    }
    return name;
  }

  /// `SeldonModelMetadata`.
  static byte[] model(Servable servable) {
    var writer = new ProtoWriter(CAPACITY);
    writer.writeString(1, servable.name()).alwaysString(2, servable.version());
    writer.writeString(3, servable.platform());
    var signature = servable.signatures().firstEntry().getValue();
    signature.inputs().forEach(spec -> tensor(writer, 4, spec));
    signature.outputs().forEach(spec -> tensor(writer, 5, spec));
    return writer.toBytes();
  }

  private static void tensor(ProtoWriter writer, int field, Signature.Spec spec) {
    int mark = writer.begin(field);
    writer.writeString(1, "tensor").writeString(3, spec.name());
    writer.writeString(4, spec.type().name());
    writer.writeLongs(5, spec.shape().stream().mapToLong(Long::longValue).toArray()).end(mark);
  }

  /// `SeldonGraphMetadata`.
  static byte[] graph(List<Servable> servables) {
    var writer = new ProtoWriter(CAPACITY).writeString(1, "slipway");
    for (var servable : servables) {
      int entry = writer.begin(2);
      writer.writeString(1, servable.name()).alwaysBytes(2, model(servable)).end(entry);
    }
    if (servables.size() == 1) {
      var signature = servables.getFirst().signatures().firstEntry().getValue();
      signature.inputs().forEach(spec -> tensor(writer, 3, spec));
      signature.outputs().forEach(spec -> tensor(writer, 4, spec));
    }
    return writer.toBytes();
  }
}
