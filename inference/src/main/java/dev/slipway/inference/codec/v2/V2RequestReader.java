package dev.slipway.inference.codec.v2;

import dev.slipway.inference.codec.json.JsonKind;
import dev.slipway.inference.codec.json.JsonNames;
import dev.slipway.inference.codec.json.JsonOptions;
import dev.slipway.inference.codec.json.JsonReader;
import dev.slipway.inference.codec.json.TensorReader;
import dev.slipway.inference.engine.InvalidInputException;
import dev.slipway.inference.engine.Signature;
import dev.slipway.inference.tensor.DataType;
import dev.slipway.inference.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Reads the body of `POST /v2/models/MODEL/infer`.
///
/// Fields may come in any order and unknown ones are skipped; data may be flat or nested; `NaN`,
/// `Infinity` and `-Infinity` are numbers. Every mistake is an [InvalidInputException] that names
/// the
/// input, its datatype and shape, what was found and what was expected.
public final class V2RequestReader {
  /// For bodies that are JSON to their end: the length of the JSON is not told.
  public static final int ALL_JSON = -1;

  private static final JsonNames FIELDS = JsonNames.of("id", "parameters", "inputs", "outputs");
  private static final JsonNames OUTPUT_FIELDS = JsonNames.of("name", "parameters");

  private final byte[] body;
  private final JsonReader reader;
  private final boolean allJson;
  private int binaryAt;
  private int seen;
  private String id = "";
  private Map<String, Object> parameters = Map.of();
  private final List<Tensor> inputs = new ArrayList<>(4);
  private Map<String, Map<String, Object>> inputParameters = Map.of();
  private List<RequestedOutput> outputs = List.of();

  private V2RequestReader(byte[] body, int jsonLength) {
    this.body = body;
    this.allJson = jsonLength == ALL_JSON;
    this.binaryAt = allJson ? body.length : jsonLength;
    this.reader = new JsonReader(body, 0, binaryAt, JsonOptions.LENIENT);
  }

  /// @param jsonLength the header `Inference-Header-Content-Length`: bytes of JSON at the start,
  /// the
  /// rest being tensors in the order of the inputs; [#ALL_JSON] without it
  /// @return tensors of binary data are views of `body`, which must not change any more
  public static V2Request read(byte[] body, int jsonLength) {
    if (jsonLength < ALL_JSON || jsonLength > body.length) {
      throw new InvalidInputException(
          "Inference-Header-Content-Length: expected 0 to "
              + body.length
              + ", the length of the body, found "
              + jsonLength);
    }
    return new V2RequestReader(body, jsonLength).read();
  }

  /// A body that is nothing but the bytes of a model's one input (a header of 0): its one dimension
  /// of
  /// any length follows from the number of bytes; further ones are 1. `BYTES` are one string
  /// without
  /// its length before it.
  public static V2Request raw(byte[] body, Signature.Spec spec) {
    var shape = spec.shape().stream().mapToLong(Long::longValue).toArray();
    long known = 1;
    int open = -1;
    for (int i = 0; i < shape.length; i++) {
      if (shape[i] < 0 && open < 0) {
        open = i;
      } else {
        shape[i] = Math.max(1, shape[i]);
        known = Math.multiplyExact(known, shape[i]);
      }
    }
    if (spec.type() == DataType.BYTES) {
      if (open >= 0) {
        shape[open] = 1;
      }
      return V2Request.of(List.of(oneString(spec.name(), shape, body)), true);
    }
    if (open >= 0) {
      shape[open] = body.length / Math.max(1, known * spec.type().size());
    }
    var tensor = BinaryData.read(spec.name(), spec.type(), shape, body, 0, body.length);
    return V2Request.of(List.of(tensor), true);
  }

  private static Tensor oneString(String name, long[] shape, byte[] body) {
    if (TensorReader.sizeOf(name, DataType.BYTES, shape) != 1) {
      throw new InvalidInputException(
          TensorReader.describe(name, DataType.BYTES, shape)
              + ": expected a shape of one element for a body without JSON");
    }
    return Tensor.of(name, DataType.BYTES, shape, new byte[][] {body});
  }

  private V2Request read() {
    reader.beginObject();
    for (int field = reader.nextField(FIELDS);
        field != JsonNames.END;
        field = reader.nextField(FIELDS)) {
      once(field);
      switch (field) {
        case 0 -> id = id();
        case 1 -> parameters = Parameters.read(reader);
        case 2 -> inputs();
        case 3 -> outputs = outputs();
        default -> reader.skip();
      }
    }
    reader.end();
    if ((seen & 1 << 2) == 0) {
      throw new InvalidInputException(
          "request: field \"inputs\" is missing, expected an array of tensors");
    }
    if (binaryAt != body.length) {
      throw new InvalidInputException(
          "request: found "
              + (body.length - binaryAt)
              + " bytes after the JSON and the binary data of its inputs");
    }
    return request();
  }

  private V2Request request() {
    boolean binary = Parameters.truth(parameters, "binary_data_output", "request").orElse(false);
    if (!parameters.isEmpty()) {
      parameters.remove("binary_data_output");
    }
    return new V2Request(id, parameters, inputs, inputParameters, outputs, binary);
  }

  private void once(int field) {
    if (field >= 0 && (seen & 1 << field) != 0) {
      throw reader.refused("field \"" + FIELDS.name(field) + "\" found twice");
    }
    seen |= field >= 0 ? 1 << field : 0;
  }

  private String id() {
    return switch (reader.peek()) {
      case NULL -> {
        reader.readNull();
        yield "";
      }
      case NUMBER -> reader.readRaw();
      case OBJECT, ARRAY, STRING, BOOLEAN, NONE -> reader.readString();
    };
  }

  private void inputs() {
    reader.about("field \"inputs\"");
    reader.beginArray();
    while (reader.nextElement()) {
      var input = V2InputReader.read(reader, inputs.size());
      int size = Math.max(0, input.binarySize());
      if (size > 0 && allJson) {
        throw new InvalidInputException(
            input
                + ": found \"binary_data_size\" in a request without the header"
                + " Inference-Header-Content-Length");
      }
      var tensor = input.tensor(body, binaryAt);
      binaryAt += size;
      inputs.add(tensor);
      remember(tensor.name(), input.parameters());
      reader.about("field \"inputs\"");
    }
    reader.about("");
    distinct();
  }

  private void remember(String name, Map<String, Object> found) {
    if (!found.isEmpty()) {
      inputParameters = inputParameters.isEmpty() ? new HashMap<>() : inputParameters;
      inputParameters.put(name, found);
    }
  }

  private void distinct() {
    if (inputs.size() < 2) {
      return;
    }
    var names = new HashSet<String>();
    for (var input : inputs) {
      if (!names.add(input.name())) {
        throw new InvalidInputException("input \"" + input.name() + "\" found twice");
      }
    }
  }

  private List<RequestedOutput> outputs() {
    if (reader.peek() == JsonKind.NULL) {
      reader.readNull();
      return List.of();
    }
    var wanted = new ArrayList<RequestedOutput>();
    reader.about("field \"outputs\"");
    reader.beginArray();
    while (reader.nextElement()) {
      wanted.add(output(wanted.size()));
    }
    reader.about("");
    return wanted;
  }

  private RequestedOutput output(int index) {
    Optional<String> name = Optional.empty();
    Map<String, Object> found = Map.of();
    reader.beginObject();
    for (int field = reader.nextField(OUTPUT_FIELDS);
        field != JsonNames.END;
        field = reader.nextField(OUTPUT_FIELDS)) {
      switch (field) {
        case 0 -> name = Optional.of(reader.readString());
        case 1 -> found = Parameters.read(reader);
        default -> reader.skip();
      }
    }
    var owner = "outputs[" + index + "]" + name.map(text -> " \"" + text + "\"").orElse("");
    return new RequestedOutput(
        name.orElseThrow(() -> new InvalidInputException(owner + ": field \"name\" is missing")),
        Parameters.truth(found, "binary_data", owner),
        Parameters.count(found, "classification", owner, 0),
        found);
  }
}
