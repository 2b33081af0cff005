package dev.slipway.dataplane.server.seldon;

import dev.slipway.base.Json;
import dev.slipway.inference.codec.proto.ProtoReader;
import dev.slipway.inference.codec.proto.ProtoWriter;
import dev.slipway.inference.tensor.DataType;
import dev.slipway.inference.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.BooleanNode;
import tools.jackson.databind.node.DoubleNode;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/// `google.protobuf.Value` and `ListValue`: JSON in messages.
///
/// Source: `google/protobuf/struct.proto`.
final class ProtoValues {
  private ProtoValues() {}

  /// A `Value`.
  static JsonNode value(ProtoReader reader) {
    JsonNode value = NullNode.getInstance();
    while (reader.nextField()) {
      switch (reader.field()) {
        case 1 -> {
          reader.skip();
          value = NullNode.getInstance();
        }
        case 2 -> value = DoubleNode.valueOf(reader.readDouble());
        case 3 -> value = StringNode.valueOf(reader.readString());
        case 4 -> value = BooleanNode.valueOf(reader.readBoolean());
        case 5 -> value = struct(reader.readMessage());
        case 6 -> value = list(reader.readMessage());
        default -> reader.skip();
      }
    }
    return value;
  }

  private static ObjectNode struct(ProtoReader reader) {
    var fields = new LinkedHashMap<String, JsonNode>();
    while (reader.nextField()) {
      if (reader.field() == 1) {
        reader.readEntry(fields, each -> value(each.readMessage()), NullNode.getInstance());
      } else {
        reader.skip();
      }
    }
    var object = Json.object();
    fields.forEach(object::set);
    return object;
  }

  /// A `ListValue`.
  static ArrayNode list(ProtoReader reader) {
    var list = Json.array();
    while (reader.nextField()) {
      if (reader.field() == 1) {
        list.add(value(reader.readMessage()));
      } else {
        reader.skip();
      }
    }
    return list;
  }

  /// The fields of a `Value`.
  static void write(ProtoWriter writer, JsonNode value) {
    switch (value.getNodeType()) {
      case NUMBER -> writer.alwaysDouble(2, value.doubleValue());
      case STRING -> writer.alwaysString(3, value.stringValue());
      case BOOLEAN -> writer.alwaysLong(4, value.booleanValue() ? 1 : 0);
      case OBJECT -> {
        int struct = writer.begin(5);
        value.properties().forEach(field -> field(writer, field.getKey(), field.getValue()));
        writer.end(struct);
      }
      case ARRAY -> {
        int list = writer.begin(6);
        for (var each : value) {
          int one = writer.begin(1);
          write(writer, each);
          writer.end(one);
        }
        writer.end(list);
      }
      default -> writer.alwaysLong(1, 0);
    }
  }

  private static void field(ProtoWriter writer, String name, JsonNode value) {
    int entry = writer.begin(1);
    writer.writeString(1, name);
    int mark = writer.begin(2);
    write(writer, value);
    writer.end(mark).end(entry);
  }

  /// The field of a `Value` that is an object of tensors by name.
  static void writeColumns(ProtoWriter writer, List<Tensor> tensors) {
    int struct = writer.begin(5);
    for (var tensor : tensors) {
      int entry = writer.begin(1);
      writer.writeString(1, tensor.name());
      int value = writer.begin(2);
      writeList(writer, 6, tensor);
      writer.end(value).end(entry);
    }
    writer.end(struct);
  }

  /// A tensor as a `ListValue`, nested as its shape is.
  static void writeList(ProtoWriter writer, int field, Tensor tensor) {
    var elements =
        tensor.type() == DataType.BYTES
            ? new Elements(tensor.strings(), new double[0])
            : new Elements(new byte[0][], tensor.asDoubles());
    var shape = tensor.shape().length == 0 ? new long[] {1} : tensor.shape();
    list(writer, field, elements, shape, 0, 0, tensor.size());
  }

  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  private record Elements(byte[][] strings, double[] numbers) {
    void write(ProtoWriter writer, int index) {
      if (strings.length > 0) {
        writer.alwaysBytes(3, strings[index]);
      } else {
        writer.alwaysDouble(2, numbers[index]);
      }
    }
  }

  private static void list(
      ProtoWriter writer,
      int field,
      Elements elements,
      long[] shape,
      int level,
      int from,
      int count) {
    int list = writer.begin(field);
    int length = (int) shape[level];
    for (int i = 0; i < length; i++) {
      int value = writer.begin(1);
      int step = count / length;
      if (level == shape.length - 1) {
        elements.write(writer, from + i);
      } else {
        list(writer, 6, elements, shape, level + 1, from + i * step, step);
      }
      writer.end(value);
    }
    writer.end(list);
  }
}
