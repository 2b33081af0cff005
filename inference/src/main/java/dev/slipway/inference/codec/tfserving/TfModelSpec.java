package dev.slipway.inference.codec.tfserving;

import dev.slipway.inference.codec.proto.ProtoReader;
import dev.slipway.inference.codec.proto.ProtoWriter;

/// `tensorflow.serving.ModelSpec`: which model, which of its versions, what of it.
///
/// @param version a number, `""` for none
/// @param label a name for a version instead, `""` for none
/// @param signature `""` for the default one
public record TfModelSpec(String name, String version, String label, String signature) {
  /// Of a request without one.
  public static final TfModelSpec NONE = new TfModelSpec("", "", "", "");

  static TfModelSpec read(ProtoReader reader) {
    var name = "";
    var version = "";
    var label = "";
    var signature = "";
    while (reader.nextField()) {
      switch (reader.field()) {
        case 1 -> name = reader.readString();
        case 2 -> {
          version = Long.toString(wrapped(reader.readMessage()));
          label = "";
        }
        case 3 -> signature = reader.readString();
        case 4 -> {
          label = reader.readString();
          version = "";
        }
        default -> reader.skip();
      }
    }
    return new TfModelSpec(name, version, label, signature);
  }

  /// `google.protobuf.Int64Value`.
  private static long wrapped(ProtoReader reader) {
    long value = 0;
    while (reader.nextField()) {
      if (reader.field() == 1) {
        value = reader.readLong();
      } else {
        reader.skip();
      }
    }
    return value;
  }

  /// Versions that are no number are left out: the message has no place for them.
  void write(ProtoWriter writer, int field) {
    int mark = writer.begin(field);
    writer.writeString(1, name);
    if (version.matches("\\d{1,18}")) {
      int wrapper = writer.begin(2);
      writer.writeLong(1, Long.parseLong(version)).end(wrapper);
    }
    writer.writeString(3, signature).end(mark);
  }
}
