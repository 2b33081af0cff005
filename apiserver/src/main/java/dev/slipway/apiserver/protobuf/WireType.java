package dev.slipway.apiserver.protobuf;

/// What a field of a message holds.
sealed interface WireType {
  /// Types that end a definition: what their bytes mean is known here. The messages among them have
  /// a JSON form of their own, such as a time.
  enum Scalar implements WireType {
    STRING,
    BOOLEAN,
    INT32,
    INT64,
    DOUBLE,
    BYTE,
    TIME,
    MICRO_TIME,
    QUANTITY,
    INT_OR_STRING,
    FIELDS,
    RAW
  }

  /// @param name `core.PodSpec`
  record Message(String name) implements WireType {}

  /// A message that only wraps alternatives: its field of the highest number stands for it.
  record Choice(String name) implements WireType {}

  record ListOf(WireType element) implements WireType {}

  record MapOf(WireType value) implements WireType {}

  /// Reads the notation of [WireTypes].
  ///
  /// @param home prefix of names that have none
  static WireType parse(String text, String home) {
    return switch (text.charAt(0)) {
      case '[' -> new ListOf(parse(text.substring(1, text.length() - 1), home));
      case '{' -> new MapOf(parse(text.substring(1, text.length() - 1), home));
      case '|' -> new Choice(qualified(text.substring(1), home));
      default -> named(text, home);
    };
  }

  private static WireType named(String text, String home) {
    return switch (text) {
      case "string" -> Scalar.STRING;
      case "boolean" -> Scalar.BOOLEAN;
      case "int32" -> Scalar.INT32;
      case "int64" -> Scalar.INT64;
      case "double" -> Scalar.DOUBLE;
      case "byte" -> Scalar.BYTE;
      case "time" -> Scalar.TIME;
      case "micro-time" -> Scalar.MICRO_TIME;
      case "quantity" -> Scalar.QUANTITY;
      case "int-or-string" -> Scalar.INT_OR_STRING;
      case "fields" -> Scalar.FIELDS;
      case "raw" -> Scalar.RAW;
      default -> new Message(qualified(text, home));
    };
  }

  private static String qualified(String name, String home) {
    return name.indexOf('.') < 0 ? home + "." + name : name;
  }
}
