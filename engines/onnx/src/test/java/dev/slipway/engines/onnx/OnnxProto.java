package dev.slipway.engines.onnx;

import dev.slipway.inference.tensor.DataType;
import dev.slipway.inference.tensor.Shapes;
import dev.slipway.inference.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// Reads of ONNX's protobuf files what the conformance data needs: names and kinds of a graph's
/// inputs and outputs, and tensors, sequences and optionals (`onnx.proto3`, field numbers as
/// there).
final class OnnxProto {
  /// An input or output of a graph.
  record Port(String name, Kind kind) {}

  enum Kind {
    TENSOR,
    SEQUENCE,
    OPTIONAL_TENSOR,
    OPTIONAL_SEQUENCE,
    OTHER
  }

  /// One field of a message: its number, and its bytes or its number.
  private record Field(int number, ByteBuffer bytes, long value) {}

  private OnnxProto() {}

  static List<Port> inputs(Path model) throws IOException {
    return ports(model, 11);
  }

  static List<Port> outputs(Path model) throws IOException {
    return ports(model, 12);
  }

  private static List<Port> ports(Path model, int number) throws IOException {
    var ports = new ArrayList<Port>();
    each(
        read(model),
        field -> {
          if (field.number() == 7) {
            each(
                field.bytes(),
                inner -> {
                  if (inner.number() == number) {
                    ports.add(port(inner.bytes()));
                  }
                });
          }
        });
    return ports;
  }

  private static Port port(ByteBuffer bytes) {
    var name = new String[] {""};
    var kind = new Kind[] {Kind.TENSOR};
    each(
        bytes,
        field -> {
          if (field.number() == 1) {
            name[0] = text(field.bytes());
          } else if (field.number() == 2) {
            kind[0] = kind(field.bytes());
          }
        });
    return new Port(name[0], kind[0]);
  }

  private static Kind kind(ByteBuffer type) {
    var kind = new Kind[] {Kind.OTHER};
    each(
        type,
        field ->
            kind[0] =
                switch (field.number()) {
                  case 1 -> Kind.TENSOR;
                  case 4 -> Kind.SEQUENCE;
                  case 9 -> optional(field.bytes());
                  default -> kind[0];
                });
    return kind[0];
  }

  private static Kind optional(ByteBuffer type) {
    var kind = new Kind[] {Kind.OTHER};
    each(
        type,
        field ->
            kind[0] =
                kind(field.bytes()) == Kind.SEQUENCE
                    ? Kind.OPTIONAL_SEQUENCE
                    : Kind.OPTIONAL_TENSOR);
    return kind[0];
  }

  /// The tensors in a file: one; the elements of a sequence as `name[0]`, …; none for nothing.
  static List<Tensor> tensors(Path file, Port port) throws IOException {
    var bytes = read(file);
    return switch (port.kind()) {
      case TENSOR -> List.of(tensor(bytes, port.name()));
      case SEQUENCE -> sequence(bytes, port.name());
      case OPTIONAL_TENSOR, OPTIONAL_SEQUENCE -> optional(bytes, port.name());
      case OTHER -> throw new IOException(port.name() + " is neither tensor nor sequence");
    };
  }

  private static List<Tensor> optional(ByteBuffer bytes, String name) {
    var tensors = new ArrayList<Tensor>();
    each(
        bytes,
        field -> {
          if (field.number() == 3) {
            tensors.add(tensor(field.bytes(), name));
          } else if (field.number() == 5) {
            tensors.addAll(sequence(field.bytes(), name));
          }
        });
    return tensors;
  }

  private static List<Tensor> sequence(ByteBuffer bytes, String name) {
    var tensors = new ArrayList<Tensor>();
    var place = new int[1];
    each(
        bytes,
        field -> {
          if (field.number() == 3) {
            tensors.add(tensor(field.bytes(), name + "[" + place[0]++ + "]"));
          } else if (field.number() == 5) {
            tensors.addAll(sequence(field.bytes(), name + "[" + place[0]++ + "]"));
          }
        });
    return tensors;
  }

  private static Tensor tensor(ByteBuffer bytes, String name) {
    var dims = new ArrayList<Long>();
    var numbers = new ArrayList<Number>();
    var strings = new ArrayList<byte[]>();
    var raw = new ByteBuffer[1];
    var type = new int[1];
    each(
        bytes,
        field -> {
          switch (field.number()) {
            case 1 -> dims.addAll(varints(field));
            case 2 -> type[0] = (int) field.value();
            case 4 -> floats(field, numbers);
            case 5, 7, 11 -> numbers.addAll(varints(field));
            case 6 -> strings.add(array(field.bytes()));
            case 9 -> raw[0] = field.bytes();
            case 10 -> doubles(field, numbers);
            default -> {}
          }
        });
    var shape = dims.stream().mapToLong(Long::longValue).toArray();
    var found = ElementTypes.of(type[0]).orElseThrow();
    if (found == DataType.BYTES) {
      return Tensor.of(name, found, shape, strings.toArray(byte[][]::new));
    }
    var content = raw[0] == null ? packed(found, numbers, Shapes.size(shape)) : raw[0];
    return Tensor.ofRaw(name, found, shape, content);
  }

  /// Numbers of the typed fields as little-endian elements; halves are there as their bits.
  private static ByteBuffer packed(DataType type, List<Number> numbers, int size) {
    var buffer = ByteBuffer.allocate(size * type.size()).order(ByteOrder.LITTLE_ENDIAN);
    for (var number : numbers) {
      switch (type) {
        case FP32 -> buffer.putFloat(number.floatValue());
        case FP64 -> buffer.putDouble(number.doubleValue());
        case INT64, UINT64 -> buffer.putLong(number.longValue());
        case INT32, UINT32 -> buffer.putInt(number.intValue());
        case INT16, UINT16, FP16, BF16 -> buffer.putShort(number.shortValue());
        case INT8, UINT8, BOOL -> buffer.put(number.byteValue());
        case BYTES -> throw new IllegalStateException("text among numbers");
      }
    }
    return buffer.flip();
  }

  private static List<Long> varints(Field field) {
    if (field.bytes().capacity() == 0) {
      return List.of(field.value());
    }
    var values = new ArrayList<Long>();
    var bytes = field.bytes().duplicate();
    while (bytes.hasRemaining()) {
      values.add(varint(bytes));
    }
    return values;
  }

  private static void floats(Field field, List<Number> into) {
    var bytes = field.bytes().duplicate().order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      into.add(bytes.getFloat());
    }
  }

  private static void doubles(Field field, List<Number> into) {
    var bytes = field.bytes().duplicate().order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      into.add(bytes.getDouble());
    }
  }

  private static ByteBuffer read(Path file) throws IOException {
    return ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static void each(ByteBuffer message, Consumer<Field> use) {
    var bytes = message.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      long tag = varint(bytes);
      int number = (int) (tag >>> 3);
      int wire = (int) (tag & 7);
      if (wire == 0) {
        use.accept(new Field(number, ByteBuffer.allocate(0), varint(bytes)));
        continue;
      }
      int length =
          switch (wire) {
            case 1 -> Long.BYTES;
            case 2 -> (int) varint(bytes);
            case 5 -> Integer.BYTES;
            default -> throw new IllegalStateException("wire type " + wire);
          };
      use.accept(new Field(number, bytes.slice(bytes.position(), length), 0));
      bytes.position(bytes.position() + length);
    }
  }

  private static long varint(ByteBuffer bytes) {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      byte part = bytes.get();
      value |= (long) (part & 0x7f) << shift;
      if (part >= 0) {
        break;
      }
    }
    return value;
  }

  private static byte[] array(ByteBuffer bytes) {
    var array = new byte[bytes.remaining()];
    bytes.duplicate().get(array);
    return array;
  }

  private static String text(ByteBuffer bytes) {
    return new String(array(bytes), StandardCharsets.UTF_8);
  }
}
