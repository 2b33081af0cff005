package dev.slipway.inference.codec.oip;

import dev.slipway.inference.codec.proto.ProtoReader;
import dev.slipway.inference.codec.proto.ProtoWriter;
import dev.slipway.inference.codec.v2.Classification;
import dev.slipway.inference.codec.v2.RequestedOutput;
import dev.slipway.inference.codec.v2.V2Request;
import dev.slipway.inference.codec.v2.V2Response;
import dev.slipway.inference.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// `ModelInferRequest` in, `ModelInferResponse` out.
///
/// Outputs go raw if the inputs came raw, and if one of them is a 16-bit float, which has no other
/// form.
public final class OipInfer {
  private static final int HEAD_BYTES = 24;
  private static final int OUTPUT_BYTES = 32;
  private static final int COALESCED_BYTES = 4096;
  private static final int RAW_OUTPUT_CONTENTS = 6;

  private OipInfer() {}

  /// @return tensors that came raw are views of `message`, which must not change any more
  /// @throws dev.slipway.inference.engine.InvalidInputException if the message is malformed, raw
  /// and
  /// typed contents are mixed, or an input is not what its datatype and shape say
  public static OipInferRequest read(byte[] message) {
    return read(message, 0, message.length);
  }

  /// As [#read(byte[])], of a stretch of an array.
  public static OipInferRequest read(byte[] bytes, int offset, int length) {
    return new OipRequestReader(bytes).read(ProtoReader.of(bytes, offset, length));
  }

  /// The message in pieces to be sent one after the other; raw tensors are views of their storage.
  public static List<ByteBuffer> write(V2Response response, V2Request request) {
    var outputs = classified(response, request);
    boolean raw = request.binaryOutput();
    for (var output : outputs) {
      raw |= !OipContents.writable(output.type());
    }
    var writer = new ProtoWriter(expected(response, outputs));
    writer.writeString(1, response.modelName()).writeString(2, response.modelVersion());
    writer.writeString(3, response.id());
    OipParameters.write(writer, 4, response.parameters());
    for (var output : outputs) {
      output(writer, output, raw);
    }
    return raw ? raw(writer, outputs) : List.of(writer.toBuffer());
  }

  /// Bytes of the message, large tensors left out.
  private static int expected(V2Response response, List<Tensor> outputs) {
    int bytes =
        HEAD_BYTES
            + response.modelName().length()
            + response.modelVersion().length()
            + response.id().length();
    for (var output : outputs) {
      long data = (long) output.size() * Math.max(1, output.type().size());
      bytes += OUTPUT_BYTES + output.name().length() + (int) Math.min(COALESCED_BYTES, data);
    }
    return bytes;
  }

  private static List<Tensor> classified(V2Response response, V2Request request) {
    if (!wantsClasses(request.outputs())) {
      return response.outputs();
    }
    return response.outputs().stream()
        .map(output -> classified(output, request, response))
        .toList();
  }

  private static boolean wantsClasses(List<RequestedOutput> wanted) {
    for (var output : wanted) {
      if (output.classes() > 0) {
        return true;
      }
    }
    return false;
  }

  private static Tensor classified(Tensor output, V2Request request, V2Response response) {
    int classes =
        request.outputs().stream()
            .filter(wanted -> wanted.name().equals(output.name()))
            .mapToInt(RequestedOutput::classes)
            .findFirst()
            .orElse(0);
    return classes == 0
        ? output
        : Classification.of(
            output, classes, response.labels().getOrDefault(output.name(), List.of()));
  }

  private static void output(ProtoWriter writer, Tensor output, boolean raw) {
    int mark = writer.begin(5);
    writer.writeString(1, output.name()).writeString(2, output.type().name());
    writer.writeLongs(3, output.shape());
    if (!raw) {
      OipContents.write(writer, 5, output);
    }
    writer.end(mark);
  }

  /// Small tensors are copied into one piece with the rest.
  private static List<ByteBuffer> raw(ProtoWriter head, List<Tensor> outputs) {
    var pieces = new ArrayList<ByteBuffer>();
    var writer = head;
    for (var output : outputs) {
      var bytes = output.wire();
      if (bytes.remaining() <= COALESCED_BYTES) {
        writer.alwaysBytes(RAW_OUTPUT_CONTENTS, bytes);
      } else {
        pieces.add(writer.bytesHeader(RAW_OUTPUT_CONTENTS, bytes.remaining()).toBuffer());
        pieces.add(bytes);
        writer = new ProtoWriter(OUTPUT_BYTES);
      }
    }
    if (writer.length() > 0) {
      pieces.add(writer.toBuffer());
    }
    return pieces;
  }

  /// An answer of `ModelStreamInfer`: the pieces of a `ModelInferResponse`, wrapped.
  public static List<ByteBuffer> streamed(List<ByteBuffer> response) {
    int length = 0;
    for (var piece : response) {
      length = Math.addExact(length, piece.remaining());
    }
    var pieces = new ArrayList<ByteBuffer>(response.size() + 1);
    pieces.add(new ProtoWriter(16).bytesHeader(2, length).toBuffer());
    pieces.addAll(response);
    return pieces;
  }

  /// An answer of `ModelStreamInfer` that is an error.
  public static byte[] streamError(String message) {
    return new ProtoWriter(message.length() + 16).writeString(1, message).toBytes();
  }
}
