package dev.slipway.inference.codec.json;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Reads values whole, as objects.
final class JsonValues {
  private JsonValues() {}

  static Object read(JsonReader reader) {
    return switch (reader.peek()) {
      case OBJECT -> fields(reader);
      case ARRAY -> elements(reader);
      case STRING -> reader.readString();
      case NUMBER -> number(reader);
      case BOOLEAN -> reader.readBoolean();
      case NULL -> {
        reader.readNull();
        yield JsonNull.NULL;
      }
      case NONE -> throw reader.unexpected("a value");
    };
  }

  private static Map<String, Object> fields(JsonReader reader) {
    var fields = new LinkedHashMap<String, Object>();
    reader.beginObject();
    while (reader.nextField()) {
      fields.put(reader.name(), read(reader));
    }
    return fields;
  }

  private static List<Object> elements(JsonReader reader) {
    var elements = new ArrayList<Object>();
    reader.beginArray();
    while (reader.nextElement()) {
      elements.add(read(reader));
    }
    return elements;
  }

  private static Object number(JsonReader reader) {
    if (!reader.readNumber()) {
      return reader.readDouble();
    }
    if (reader.isInteger() && reader.isLong()) {
      return reader.longValue();
    }
    return reader.doubleValue();
  }
}
