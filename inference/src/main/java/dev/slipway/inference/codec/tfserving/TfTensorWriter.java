package dev.slipway.inference.codec.tfserving;

import dev.slipway.inference.codec.proto.ProtoWriter;
import dev.slipway.inference.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// Writes a message that holds `TensorProto`s, in pieces: values of large tensors go out as they
/// lie
/// in
/// memory. Values are in the list of their type, where TensorFlow Serving puts them and clients
/// look
/// for them. Not thread-safe.
public final class TfTensorWriter {
  private static final int HEAD_BYTES = 128;
  private static final int COALESCED_BYTES = 4096;

  private final List<ByteBuffer> pieces = new ArrayList<>();
  private ProtoWriter writer = new ProtoWriter(HEAD_BYTES);

  /// A tensor but for its last bytes.
  private record Encoded(ProtoWriter head, ByteBuffer tail) {
    int length() {
      return Math.addExact(head.length(), tail.remaining());
    }
  }

  /// For fields before, between and after the tensors.
  public ProtoWriter fields() {
    return writer;
  }

  /// An entry of a `map<string, TensorProto>`.
  TfTensorWriter entry(int field, Tensor tensor) {
    var encoded = encoded(tensor);
    var key = new ProtoWriter(HEAD_BYTES).alwaysString(1, tensor.name());
    key.bytesHeader(2, encoded.length());
    writer.bytesHeader(field, Math.addExact(key.length(), encoded.length())).append(key);
    return append(encoded);
  }

  private TfTensorWriter append(Encoded encoded) {
    writer.append(encoded.head);
    if (encoded.tail.remaining() <= COALESCED_BYTES) {
      writer.appendBytes(encoded.tail);
    } else {
      pieces.add(writer.toBuffer());
      pieces.add(encoded.tail);
      writer = new ProtoWriter(HEAD_BYTES);
    }
    return this;
  }

  /// A message of one tensor.
  public static byte[] message(Tensor tensor) {
    var encoded = encoded(tensor);
    return new ProtoWriter(encoded.length())
        .append(encoded.head)
        .appendBytes(encoded.tail)
        .toBytes();
  }

  private static Encoded encoded(Tensor tensor) {
    var head = new ProtoWriter(HEAD_BYTES).writeLong(1, TfTypes.number(tensor.type()));
    shape(head, 2, tensor.shape());
    int field = TfTensorValues.field(tensor.type());
    var tail = ByteBuffer.allocate(0);
    switch (tensor.type()) {
      // packed, these are their bytes in memory
      case FP32, FP64, BOOL -> {
        tail = tensor.wire();
        if (tail.hasRemaining()) {
          head.bytesHeader(field, tail.remaining());
        }
      }
      case BYTES -> {
        for (var value : tensor.strings()) {
          head.alwaysBytes(field, value);
        }
      }
      case FP16, BF16 -> head.writeLongs(field, bits(tensor.shorts()));
      case INT8, INT16, INT32, INT64, UINT8, UINT16, UINT32, UINT64 ->
          head.writeLongs(field, tensor.asLongs());
    }
    return new Encoded(head, tail);
  }

  static void shape(ProtoWriter writer, int field, long... shape) {
    int mark = writer.begin(field);
    for (long dimension : shape) {
      int one = writer.begin(2);
      writer.writeLong(1, dimension).end(one);
    }
    writer.end(mark);
  }

  private static long[] bits(short... values) {
    var bits = new long[values.length];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = Short.toUnsignedInt(values[i]);
    }
    return bits;
  }

  /// The message, to be sent piece by piece.
  public List<ByteBuffer> pieces() {
    if (writer.length() > 0 || pieces.isEmpty()) {
      pieces.add(writer.toBuffer());
    }
    return List.copyOf(pieces);
  }
}
