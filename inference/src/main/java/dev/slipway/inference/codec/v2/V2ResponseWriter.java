package dev.slipway.inference.codec.v2;

import dev.slipway.inference.codec.json.JsonWriter;
import dev.slipway.inference.codec.json.TensorWriter;
import dev.slipway.inference.tensor.DataType;
import dev.slipway.inference.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Writes the answer to `POST /v2/models/MODEL/infer`.
///
/// Data is flat. Numbers that are not finite are `NaN`, `Infinity`, `-Infinity`, as Triton writes
/// and
/// Python reads them. 16-bit floats, which have no JSON form, go as the `FP32` they equal unless
/// the
/// client takes bytes. Byte strings that are no UTF-8 go in base64, with the parameter
/// `content_type:
/// base64`.
public final class V2ResponseWriter {
  private static final int HEAD_BYTES = 256;
  private static final int ELEMENT_BYTES = 12;
  private static final int COALESCED_BYTES = 4096;

  private final V2Response response;
  private final V2Request request;
  private final JsonWriter writer;
  private final List<ByteBuffer> tensors = new ArrayList<>(0);

  private V2ResponseWriter(V2Response response, V2Request request) {
    this.response = response;
    this.request = request;
    this.writer = new JsonWriter(expected());
  }

  /// Bytes of the JSON, about.
  private int expected() {
    long elements = 0;
    for (var output : response.outputs()) {
      elements += isBinary(wanted(output.name())) ? 0 : output.size();
    }
    return (int) Math.min(HEAD_BYTES + elements * ELEMENT_BYTES, 1 << 20);
  }

  /// @param request what was asked: which outputs go as bytes, and which as classes
  public static V2Body write(V2Response response, V2Request request) {
    return new V2ResponseWriter(response, request).write();
  }

  private V2Body write() {
    writer.beginObject();
    writer.name("model_name").value(response.modelName());
    optional("model_version", response.modelVersion());
    optional("id", response.id());
    parameters(response.parameters());
    writer.name("outputs").beginArray();
    for (var output : response.outputs()) {
      output(output);
    }
    writer.endArray().endObject();
    return tensors.isEmpty() ? new V2Body(List.of(writer.toBuffer()), -1) : body();
  }

  /// Small tensors are copied behind the JSON: one chunk is sent sooner than two.
  private V2Body body() {
    int jsonLength = writer.length();
    int length = 0;
    for (var tensor : tensors) {
      length = Math.addExact(length, tensor.remaining());
    }
    if (length > COALESCED_BYTES) {
      tensors.addFirst(writer.toBuffer());
      return new V2Body(tensors, jsonLength);
    }
    var whole = ByteBuffer.allocate(jsonLength + length).put(writer.toBuffer());
    tensors.forEach(tensor -> whole.put(tensor.duplicate()));
    return new V2Body(List.of(whole.flip()), jsonLength);
  }

  private void optional(String name, String text) {
    if (!text.isEmpty()) {
      writer.name(name).value(text);
    }
  }

  private void parameters(Map<String, Object> parameters) {
    if (!parameters.isEmpty()) {
      writer.name("parameters").any(parameters);
    }
  }

  private void output(Tensor found) {
    var wanted = wanted(found.name());
    var tensor =
        wanted.classes() == 0
            ? found
            : Classification.of(
                found, wanted.classes(), response.labels().getOrDefault(found.name(), List.of()));
    writer.beginObject();
    writer.name("name").value(tensor.name());
    writer.name("datatype");
    if (isBinary(wanted)) {
      binary(tensor);
    } else {
      json(tensor);
    }
    writer.endObject();
  }

  private boolean isBinary(RequestedOutput wanted) {
    return wanted.binary().orElse(request.binaryOutput());
  }

  private RequestedOutput wanted(String name) {
    for (var output : request.outputs()) {
      if (output.name().equals(name)) {
        return output;
      }
    }
    return RequestedOutput.of(name);
  }

  private void binary(Tensor tensor) {
    var bytes = tensor.wire();
    writer.value(tensor.type().name());
    shape(tensor);
    writer.name("parameters").beginObject();
    writer.name("binary_data_size").value((long) bytes.remaining());
    writer.endObject();
    tensors.add(bytes);
  }

  private void json(Tensor tensor) {
    boolean half = tensor.type() == DataType.FP16 || tensor.type() == DataType.BF16;
    writer.value(half ? "FP32" : tensor.type().name());
    shape(tensor);
    if (!TensorWriter.isText(tensor)) {
      writer.name("parameters").beginObject().name("content_type").value("base64").endObject();
    }
    writer.name("data");
    TensorWriter.flat(writer, tensor);
  }

  private void shape(Tensor tensor) {
    writer.name("shape").beginArray();
    for (long dimension : tensor.shape()) {
      writer.value(dimension);
    }
    writer.endArray();
  }
}
