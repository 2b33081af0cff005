package dev.slipway.inference.codec.v1;

import dev.slipway.inference.codec.json.JsonKind;
import dev.slipway.inference.codec.json.JsonNames;
import dev.slipway.inference.codec.json.JsonOptions;
import dev.slipway.inference.codec.json.JsonReader;
import dev.slipway.inference.engine.InvalidInputException;
import dev.slipway.inference.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Reads the body of `POST /v1/models/MODEL:predict`: rows in `instances`, or in `inputs`, which
/// wins
/// if both are there. `inputs` may also be an object of columns.
public final class V1RequestReader {
  private static final JsonNames FIELDS =
      JsonNames.of("instances", "inputs", "signature_name", "parameters");
  private static final int INSTANCES = 0;
  private static final int INPUTS = 1;

  private final JsonReader reader;
  private final List<String> names;
  private int source = JsonNames.UNKNOWN;
  private List<Tensor> inputs = List.of();
  private boolean named;

  private V1RequestReader(byte[] body, List<String> names) {
    this.reader = new JsonReader(body, JsonOptions.LENIENT);
    this.names = names;
  }

  /// @param names of the model's inputs, for values that come without
  /// @throws InvalidInputException if the body is no such document; the message says what was found
  /// where, and what was expected
  public static V1Request read(byte[] body, List<String> names) {
    return new V1RequestReader(body, names).read();
  }

  private V1Request read() {
    var signature = "";
    Map<String, Object> parameters = Map.of();
    reader.beginObject();
    for (int field = reader.nextField(FIELDS);
        field != JsonNames.END;
        field = reader.nextField(FIELDS)) {
      switch (field) {
        case INSTANCES, INPUTS -> values(field);
        case 2 -> signature = text();
        case 3 -> parameters = parameters();
        default -> reader.skip();
      }
    }
    reader.end();
    if (source == JsonNames.UNKNOWN) {
      throw new InvalidInputException(
          "request: expected field \"instances\" or \"inputs\", found neither");
    }
    return new V1Request(signature, parameters, inputs, named);
  }

  private void values(int field) {
    if (field < source) {
      reader.skip();
      return;
    }
    source = field;
    if (field == INPUTS && reader.peek() == JsonKind.OBJECT) {
      inputs = InferredTensors.columns(reader);
      named = true;
    } else {
      named = false;
      inputs = rows(FIELDS.name(field));
    }
  }

  private List<Tensor> rows(String owner) {
    int start = reader.position();
    var rows = InferredTensors.rows(reader, owner, names);
    named = startsWithObject(start);
    return rows;
  }

  /// Whether the first row is an object, whose names the columns have.
  private boolean startsWithObject(int start) {
    int resume = reader.position();
    int level = reader.level();
    reader.seek(start, level);
    reader.beginArray();
    boolean object = reader.nextElement() && reader.peek() == JsonKind.OBJECT;
    if (object) {
      reader.beginObject();
      object = reader.nextField() && !reader.name().equals("b64");
    }
    reader.seek(resume, level);
    return object;
  }

  private String text() {
    if (reader.peek() == JsonKind.NULL) {
      reader.readNull();
      return "";
    }
    return reader.readString();
  }

  private Map<String, Object> parameters() {
    if (reader.peek() != JsonKind.OBJECT) {
      reader.skip();
      return Map.of();
    }
    var parameters = new LinkedHashMap<String, Object>();
    reader.beginObject();
    while (reader.nextField()) {
      parameters.put(reader.name(), reader.readValue());
    }
    return parameters;
  }
}
