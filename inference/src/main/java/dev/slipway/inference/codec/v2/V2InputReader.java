package dev.slipway.inference.codec.v2;

import dev.slipway.inference.codec.json.JsonKind;
import dev.slipway.inference.codec.json.JsonNames;
import dev.slipway.inference.codec.json.JsonReader;
import dev.slipway.inference.codec.json.TensorReader;
import dev.slipway.inference.engine.InvalidInputException;
import dev.slipway.inference.tensor.DataType;
import dev.slipway.inference.tensor.Tensor;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One element of `inputs`, its fields in any order.
///
/// Implementation note. Data that comes before the datatype and the shape is skipped, its place
/// remembered, and read once both are known.
final class V2InputReader {
  private static final JsonNames FIELDS =
      JsonNames.of("name", "shape", "datatype", "parameters", "data");
  private static final JsonNames TYPES =
      JsonNames.of(Arrays.stream(DataType.values()).map(DataType::name).toArray(String[]::new));
  private static final DataType[] TYPE_VALUES = DataType.values();
  private static final int MAX_RANK = 64;
  private static final int NONE = -1;

  private final JsonReader reader;
  private final int index;
  private int seen;
  private @Nullable String name;
  private @Nullable DataType type;
  private long @Nullable [] shape;
  private Map<String, Object> parameters = Map.of();
  private int dataAt = NONE;
  private @Nullable Tensor tensor;

  private V2InputReader(JsonReader reader, int index) {
    this.reader = reader;
    this.index = index;
  }

  /// Reads the object the reader is at, except for binary data.
  static V2InputReader read(JsonReader reader, int index) {
    var input = new V2InputReader(reader, index);
    input.fields();
    input.laterData();
    return input;
  }

  private void fields() {
    reader.about(this);
    reader.beginObject();
    for (int field = reader.nextField(FIELDS);
        field != JsonNames.END;
        field = reader.nextField(FIELDS)) {
      once(field);
      switch (field) {
        case 0 -> name = reader.readString();
        case 1 -> shape = shape();
        case 2 -> type = type();
        case 3 -> parameters = Parameters.read(reader);
        case 4 -> data();
        default -> reader.skip();
      }
    }
    reader.about("");
    require("name", name);
    require("shape", shape);
    require("datatype", type);
  }

  private void once(int field) {
    if (field >= 0 && (seen & 1 << field) != 0) {
      throw reader.refused("field \"" + FIELDS.name(field) + "\" found twice");
    }
    seen |= field >= 0 ? 1 << field : 0;
  }

  private void require(String field, @Nullable Object value) {
    if (value == null) {
      throw new InvalidInputException(this + ": field \"" + field + "\" is missing");
    }
  }

  private long[] shape() {
    var dimensions = new long[4];
    int rank = 0;
    reader.beginArray();
    while (reader.nextElement()) {
      if (rank == MAX_RANK) {
        throw reader.refused("shape of more than " + MAX_RANK + " dimensions");
      }
      if (rank == dimensions.length) {
        dimensions = Arrays.copyOf(dimensions, rank * 2);
      }
      dimensions[rank++] = reader.readLong(0, Long.MAX_VALUE);
    }
    return Arrays.copyOf(dimensions, rank);
  }

  private DataType type() {
    int found = reader.readOneOf(TYPES);
    if (found != JsonNames.UNKNOWN) {
      return TYPE_VALUES[found];
    }
    int start = reader.position();
    var text = reader.readString();
    return DataType.parse(text)
        .orElseThrow(
            () -> {
              reader.seek(start);
              return reader.unexpected("a datatype, one of " + String.join(", ", TYPES.names()));
            });
  }

  private void data() {
    dataAt = reader.position();
    if (name == null || type == null || shape == null) {
      reader.skip();
    } else if (reader.peek() == JsonKind.NULL) {
      reader.readNull();
      dataAt = NONE;
    } else {
      tensor = TensorReader.read(reader, name, type, shape);
      reader.about(this);
    }
  }

  private void laterData() {
    if (dataAt == NONE || tensor != null || name == null || type == null || shape == null) {
      return;
    }
    int resume = reader.position();
    reader.seek(dataAt);
    if (reader.peek() == JsonKind.NULL) {
      dataAt = NONE;
    } else {
      tensor = TensorReader.read(reader, name, type, shape);
    }
    reader.seek(resume);
  }

  /// Bytes of this input after the JSON; -1 if its data is in the JSON.
  int binarySize() {
    return Parameters.count(parameters, "binary_data_size", this, NONE);
  }

  /// The tensor.
  ///
  /// @param body the whole request
  /// @param binaryAt where this input's bytes start, if it has some
  Tensor tensor(byte[] body, int binaryAt) {
    int size = binarySize();
    if (size != NONE && tensor != null) {
      throw new InvalidInputException(
          this + ": found both \"data\" and \"binary_data_size\", expected one of them");
    }
    if (size != NONE && name != null && type != null && shape != null) {
      if (size > body.length - binaryAt) {
        throw new InvalidInputException(
            this
                + ": expected "
                + size
                + " bytes of binary data after the JSON, found "
                + (body.length - binaryAt));
      }
      return BinaryData.read(name, type, shape, body, binaryAt, size);
    }
    if (parameters.containsKey("shared_memory_region")) {
      throw new InvalidInputException(
          this + ": shared memory is not supported, expected \"data\" or \"binary_data_size\"");
    }
    if (tensor == null) {
      throw new InvalidInputException(
          this + ": field \"data\" is missing, and so is parameter \"binary_data_size\"");
    }
    return "base64".equals(parameters.get("content_type")) ? decoded(tensor) : tensor;
  }

  private Tensor decoded(Tensor text) {
    if (text.type() != DataType.BYTES) {
      return text;
    }
    var strings = text.strings().clone();
    for (int i = 0; i < strings.length; i++) {
      try {
        strings[i] = Base64.getDecoder().decode(strings[i]);
      } catch (IllegalArgumentException problem) {
        throw new InvalidInputException(
            this + ": element " + i + " expected base64, found: " + problem.getMessage());
      }
    }
    return Tensor.of(text.name(), text.type(), text.shape(), strings);
  }

  /// Parameters that are not of the wire.
  Map<String, Object> parameters() {
    if (parameters.isEmpty()) {
      return parameters;
    }
    var others = new LinkedHashMap<>(parameters);
    others.remove("binary_data_size");
    return others;
  }

  @Override
  public String toString() {
    if (name == null) {
      return "inputs[" + index + "]";
    }
    return type == null || shape == null
        ? "input \"" + name + "\""
        : TensorReader.describe(name, type, shape);
  }
}
