package dev.slipway.inference.codec.json;

import java.nio.charset.StandardCharsets;

/// Pulls values out of UTF-8 JSON (RFC 8259) in a stretch of an array, in one pass and without a
/// tree.
///
/// The caller asks for what it expects, in document order:
///
/// ```java
/// reader.beginObject();
/// while (reader.nextField()) {
///   switch (reader.name()) {
///     case "shape" -> readShape(reader);
///     default -> reader.skip();
///   }
/// }
/// reader.end();
/// ```
///
/// Whatever is not well-formed or not what was asked for is an
/// [dev.slipway.inference.engine.InvalidInputException] that says what was expected, what was found
/// and where (byte, line, column). Text is checked even where it is skipped. Not thread-safe.
public final class JsonReader extends JsonScalars {
  private final int maxDepth;

  private int depth;
  private boolean first = true;
  private int nameFrom;
  private int nameTo;

  public JsonReader(byte[] bytes, int offset, int length, JsonOptions options) {
    super(bytes, offset, length, options.nonFinite());
    this.maxDepth = options.maxDepth();
  }

  public JsonReader(byte[] bytes, JsonOptions options) {
    this(bytes, 0, bytes.length, options);
  }

  /// Goes to a value whose [#position()] was taken, at the same level of nesting; also back to the
  /// place after the value last read.
  public void seek(int position) {
    at = position;
    first = false;
  }

  /// As [#seek(int)], from another level of nesting back to the one of the position.
  public void seek(int position, int level) {
    seek(position);
    depth = level;
  }

  /// Arrays and objects that the reader is in.
  public int level() {
    return depth;
  }

  public void beginObject() {
    open('{', "an object");
  }

  public void beginArray() {
    open('[', "an array");
  }

  private void open(char bracket, String expected) {
    if (space() != bracket) {
      throw unexpected(expected);
    }
    if (++depth > maxDepth) {
      throw refused("nested deeper than " + maxDepth + " levels");
    }
    at++;
    first = true;
  }

  /// Goes to the next element of an array, or past its end.
  ///
  /// @return whether there is an element
  public boolean nextElement() {
    int next = space();
    if (next == ']') {
      close();
      return false;
    }
    if (first) {
      first = false;
      return true;
    }
    if (next != ',') {
      throw unexpected("',' or ']'");
    }
    at++;
    return true;
  }

  /// Goes to the next field of an object and past its name, or past the object's end.
  ///
  /// @return whether there is a field; its name is [#name()]
  public boolean nextField() {
    int next = space();
    if (next == '}') {
      close();
      return false;
    }
    if (!first) {
      if (next != ',') {
        throw unexpected("',' or '}'");
      }
      at++;
      next = space();
    }
    if (next != '"') {
      throw unexpected("a field name in quotes");
    }
    nameFrom = at + 1;
    nameTo = text();
    if (space() != ':') {
      throw unexpected("':'");
    }
    at++;
    first = false;
    return true;
  }

  /// As [#nextField()], looking the name up.
  ///
  /// @return the index of the name, or [JsonNames#UNKNOWN], or [JsonNames#END]
  public int nextField(JsonNames names) {
    if (!nextField()) {
      return JsonNames.END;
    }
    int found = nameFrom == nameTo ? JsonNames.UNKNOWN : names.find(bytes, nameFrom, nameTo);
    return found == JsonNames.UNKNOWN && strings.escaped(nameFrom, nameTo)
        ? names.names().indexOf(name())
        : found;
  }

  /// Name of the field that [#nextField()] went to.
  public String name() {
    return strings.text(nameFrom, nameTo);
  }

  private void close() {
    at++;
    depth--;
    first = false;
  }

  /// Whether the next value is an array.
  public boolean atArray() {
    return space() == '[';
  }

  /// Goes over one value of any kind, checking that it is well-formed.
  public void skip() {
    switch (peek()) {
      case OBJECT -> {
        beginObject();
        while (nextField()) {
          skip();
        }
      }
      case ARRAY -> {
        beginArray();
        while (nextElement()) {
          skip();
        }
      }
      case STRING -> text();
      case NUMBER -> {
        if (!readNumber()) {
          token();
        }
      }
      case BOOLEAN -> readBoolean();
      case NULL -> readNull();
      case NONE -> throw unexpected("a value");
    }
  }

  /// One value as a `LinkedHashMap`, `ArrayList`, `String`, `Long`, `Double`, `Boolean` or
  /// [JsonNull]. Integers beyond 64 bits are doubles; of a field that comes twice the last wins.
  public Object readValue() {
    return JsonValues.read(this);
  }

  /// One value as the text it is written in.
  public String readRaw() {
    int start = position();
    skip();
    return new String(bytes, start, at - start, StandardCharsets.UTF_8);
  }

  /// Refuses anything but white space after the document.
  public void end() {
    if (space() != END) {
      throw unexpected("the end of the document");
    }
  }
}
