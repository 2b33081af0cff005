package dev.slipway.inference.codec.tfserving;

import dev.slipway.base.Json;
import dev.slipway.inference.codec.proto.ProtoReader;
import dev.slipway.inference.engine.InvalidInputException;
import dev.slipway.inference.engine.Signature;
import dev.slipway.inference.tensor.DataType;
import dev.slipway.inference.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/// `tensorflow.serving.Input`: examples, alone or over a common context.
///
/// A signature with one string input takes them as they came; any other takes a column for each
/// feature.
///
/// @param examples serialized `tf.Example`s, each behind the context's bytes: messages joined so
/// are
/// merged
public record TfInput(List<byte[]> examples) {
  public TfInput {
    examples = List.copyOf(examples);
  }

  static TfInput read(ProtoReader reader) {
    List<byte[]> found = List.of();
    while (reader.nextField()) {
      switch (reader.field()) {
        case 1, 2 -> found = list(reader.readMessage());
        default -> reader.skip();
      }
    }
    return new TfInput(found);
  }

  private static List<byte[]> list(ProtoReader reader) {
    var context = new byte[0];
    var examples = new ArrayList<ByteBuffer>();
    while (reader.nextField()) {
      switch (reader.field()) {
        case 1 -> examples.add(reader.readView());
        case 2 -> context = reader.readBytes();
        default -> reader.skip();
      }
    }
    var common = context;
    return examples.stream().map(example -> joined(common, example)).toList();
  }

  private static byte[] joined(byte[] context, ByteBuffer example) {
    return ByteBuffer.allocate(context.length + example.remaining())
        .put(context)
        .put(example)
        .array();
  }

  /// The inputs of a signature.
  ///
  /// @throws InvalidInputException if there are none, or features differ among the examples
  public List<Tensor> inputs(Signature signature) {
    if (examples.isEmpty()) {
      throw new InvalidInputException("Input is empty.");
    }
    var inputs = signature.inputs();
    if (inputs.size() == 1 && inputs.getFirst().type() == DataType.BYTES) {
      var shape = new long[] {examples.size()};
      return List.of(
          Tensor.of(
              inputs.getFirst().name(), DataType.BYTES, shape, examples.toArray(byte[][]::new)));
    }
    return TfExamples.inputs(examples.stream().map(TfInput::features).toList(), signature);
  }

  /// `Example`: `features` 1, of `feature` 1, a map.
  private static ObjectNode features(byte[] example) {
    var features = Json.object();
    var reader = ProtoReader.of(example);
    while (reader.nextField()) {
      if (reader.field() == 1) {
        entries(reader.readMessage(), features);
      } else {
        reader.skip();
      }
    }
    return features;
  }

  private static void entries(ProtoReader reader, ObjectNode features) {
    while (reader.nextField()) {
      if (reader.field() == 1) {
        entry(reader.readMessage(), features);
      } else {
        reader.skip();
      }
    }
  }

  private static void entry(ProtoReader reader, ObjectNode features) {
    var name = "";
    var values = Json.array();
    while (reader.nextField()) {
      switch (reader.field()) {
        case 1 -> name = reader.readString();
        case 2 -> {
          var feature = reader.readMessage();
          while (feature.nextField()) {
            values.removeAll();
            list(feature.field(), feature.readMessage(), values);
          }
        }
        default -> reader.skip();
      }
    }
    features.set(name, values);
  }

  /// `bytes_list` 1, `float_list` 2, `int64_list` 3.
  private static void list(
      int kind, ProtoReader reader, tools.jackson.databind.node.ArrayNode values) {
    while (reader.nextField()) {
      switch (kind) {
        case 1 -> values.add(reader.readBytes());
        case 2 -> reader.readFloats(values::add);
        case 3 -> reader.readLongs(values::add);
        default -> reader.skip();
      }
    }
  }
}
