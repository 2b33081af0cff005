package dev.slipway.inference.codec.v2;

import dev.slipway.inference.codec.json.JsonKind;
import dev.slipway.inference.codec.json.JsonReader;
import dev.slipway.inference.engine.InvalidInputException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// `parameters` of a request, an input or an output.
final class Parameters {
  private Parameters() {}

  /// Reads the value the reader is at: an object, or null for none.
  static Map<String, Object> read(JsonReader reader) {
    if (reader.peek() == JsonKind.NULL) {
      reader.readNull();
      return new LinkedHashMap<>();
    }
    var parameters = new LinkedHashMap<String, Object>();
    reader.beginObject();
    while (reader.nextField()) {
      var name = reader.name();
      switch (reader.peek()) {
        case NULL -> reader.readNull();
        case OBJECT, ARRAY -> parameters.put(name, reader.readRaw());
        case STRING, NUMBER, BOOLEAN, NONE -> parameters.put(name, reader.readValue());
      }
    }
    return parameters;
  }

  /// Takes a boolean out.
  static Optional<Boolean> truth(Map<String, Object> parameters, String name, Object owner) {
    var value = parameters.get(name);
    if (value == null) {
      return Optional.empty();
    }
    if (value instanceof Boolean truth) {
      return Optional.of(truth);
    }
    throw new InvalidInputException(
        owner + ": parameter \"" + name + "\" expected true or false, found " + value);
  }

  /// A count from 0 on; `absent` where there is none.
  static int count(Map<String, Object> parameters, String name, Object owner, int absent) {
    var value = parameters.get(name);
    if (value == null) {
      return absent;
    }
    if (value instanceof Long count && count >= 0 && count <= Integer.MAX_VALUE) {
      return count.intValue();
    }
    throw new InvalidInputException(
        owner + ": parameter \"" + name + "\" expected an integer from 0 on, found " + value);
  }
}
