package dev.slipway.inference.codec.oip;

import dev.slipway.inference.codec.proto.ProtoReader;
import dev.slipway.inference.codec.proto.ProtoWriter;
import java.util.HashMap;
import java.util.Map;

/// `map<string, InferParameter>`: a boolean, integer, string or, as Triton has it, a double or an
/// unsigned integer.
final class OipParameters {
  private static final int BOOL = 1;
  private static final int INT64 = 2;
  private static final int STRING = 3;
  private static final int DOUBLE = 4;
  private static final int UINT64 = 5;

  private OipParameters() {}

  /// Adds the entry in the present field.
  ///
  /// @param known the parameters read so far, or the empty map
  /// @return where the entry is
  static Map<String, Object> add(Map<String, Object> known, ProtoReader reader) {
    Map<String, Object> parameters = known.isEmpty() ? new HashMap<>() : known;
    reader.readEntry(parameters, OipParameters::value, "");
    return parameters;
  }

  private static Object value(ProtoReader entry) {
    var reader = entry.readMessage();
    Object value = "";
    while (reader.nextField()) {
      switch (reader.field()) {
        case BOOL -> value = reader.readBoolean();
        case INT64, UINT64 -> value = reader.readLong();
        case STRING -> value = reader.readString();
        case DOUBLE -> value = reader.readDouble();
        default -> reader.skip();
      }
    }
    return value;
  }

  static void write(ProtoWriter writer, int field, Map<String, Object> parameters) {
    for (var parameter : parameters.entrySet()) {
      int entry = writer.begin(field);
      writer.writeString(1, parameter.getKey());
      int mark = writer.begin(2);
      switch (parameter.getValue()) {
        case Boolean truth -> writer.alwaysLong(BOOL, truth ? 1 : 0);
        case Double number -> writer.alwaysDouble(DOUBLE, number);
        case Float number -> writer.alwaysDouble(DOUBLE, number);
        case Number number -> writer.alwaysLong(INT64, number.longValue());
        default -> writer.alwaysString(STRING, parameter.getValue().toString());
      }
      writer.end(mark);
      writer.end(entry);
    }
  }
}
