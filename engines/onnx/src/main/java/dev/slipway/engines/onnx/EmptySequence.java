package dev.slipway.engines.onnx;

import dev.slipway.inference.tensor.DataType;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/// Makes empty sequences, which the C API cannot: the answer of a model of one operator,
/// `SequenceEmpty`, written here as protobuf (`onnx.proto3`).
final class EmptySequence {
  private static final int IR_VERSION = 8;
  private static final int OPSET = 13;
  private static final int INT_ATTRIBUTE = 2;

  private EmptySequence() {}

  /// A value to be released by the caller.
  static long of(DataType element) throws OrtFailure {
    try (var arena = Arena.ofConfined()) {
      var bytes = model(ElementTypes.onnx(element));
      var memory = arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes);
      var out = arena.allocate(ValueLayout.JAVA_LONG);
      Ort.check(Ort.CREATE_SESSION_OPTIONS.of(out.address()));
      long options = out.get(ValueLayout.JAVA_LONG, 0);
      try {
        Ort.check(Ort.SET_INTRA_OP_THREADS.of(options, 1));
        Ort.check(
            Ort.CREATE_SESSION_OF_BYTES.of(
                Ort.ENVIRONMENT, memory.address(), bytes.length, options, out.address()));
      } finally {
        Ort.RELEASE_SESSION_OPTIONS.of(options);
      }
      long session = out.get(ValueLayout.JAVA_LONG, 0);
      try {
        out.set(ValueLayout.JAVA_LONG, 0, 0);
        var names = arena.allocate(ValueLayout.JAVA_LONG);
        names.set(ValueLayout.JAVA_LONG, 0, arena.allocateFrom("y").address());
        Ort.check(Ort.RUN.of(session, 0, 0, 0, 0, names.address(), 1, out.address()));
        return out.get(ValueLayout.JAVA_LONG, 0);
      } finally {
        Ort.RELEASE_SESSION.of(session);
      }
    }
  }

  private static byte[] model(int element) {
    var attribute = join(text(1, "dtype"), number(3, element), number(20, INT_ATTRIBUTE));
    var node = join(text(2, "y"), text(4, "SequenceEmpty"), message(5, attribute));
    var tensor = message(1, number(1, element)); // tensor_type.elem_type
    var type = message(4, message(1, tensor)); // sequence_type.elem_type
    var output = join(text(1, "y"), message(2, type));
    var graph = join(message(1, node), text(2, "empty"), message(12, output));
    return join(number(1, IR_VERSION), message(7, graph), message(8, number(2, OPSET)));
  }

  private static byte[] number(int field, int value) {
    return join(varint(field << 3), varint(value));
  }

  private static byte[] text(int field, String text) {
    return message(field, text.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] message(int field, byte[] content) {
    return join(varint((field << 3) | 2), varint(content.length), content);
  }

  private static byte[] varint(int value) {
    var bytes = new ByteArrayOutputStream();
    int rest = value;
    for (; rest > 0x7f; rest >>>= 7) {
      bytes.write((rest & 0x7f) | 0x80);
    }
    bytes.write(rest);
    return bytes.toByteArray();
  }

  private static byte[] join(byte[]... parts) {
    var bytes = new ByteArrayOutputStream();
    for (var part : parts) {
      bytes.writeBytes(part);
    }
    return bytes.toByteArray();
  }
}
