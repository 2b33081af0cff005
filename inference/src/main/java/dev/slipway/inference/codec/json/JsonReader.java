package dev.slipway.inference.codec.json;

import dev.slipway.inference.engine.InvalidInputException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;

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
/// Whatever is not well-formed or not what was asked for is an [InvalidInputException] that says
/// what
/// was expected, what was found and where (byte, line, column). Text is checked even where it is
/// skipped. Not thread-safe.
public final class JsonReader {
  private static final int END = -1;
  private static final int SHOWN = 24;
  private static final JsonNames TOKENS = JsonNames.of("NaN", "Infinity", "-Infinity");

  private final byte[] bytes;
  private final int from;
  private final int limit;
  private final JsonOptions options;
  private final JsonNumber number;
  private final JsonStrings strings;

  private int at;
  private int depth;
  private boolean first = true;
  private int nameFrom;
  private int nameTo;
  private Object subject = "";

  public JsonReader(byte[] bytes, int offset, int length, JsonOptions options) {
    this.bytes = bytes;
    this.from = offset;
    this.limit = offset + length;
    this.options = options;
    this.number = new JsonNumber(bytes, limit);
    this.strings = new JsonStrings(bytes, limit);
    this.at = offset;
  }

  public JsonReader(byte[] bytes, JsonOptions options) {
    this(bytes, 0, bytes.length, options);
  }

  /// What is being read, for messages: its text comes before each refusal. Empty for nothing.
  public void about(Object what) {
    subject = what;
  }

  /// The kind of the next value; consumes white space only.
  public JsonKind peek() {
    return switch (space()) {
      case '{' -> JsonKind.OBJECT;
      case '[' -> JsonKind.ARRAY;
      case '"' -> JsonKind.STRING;
      case 't', 'f' -> JsonKind.BOOLEAN;
      case 'n' -> JsonKind.NULL;
      case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> JsonKind.NUMBER;
      case 'N', 'I' -> options.nonFinite() ? JsonKind.NUMBER : JsonKind.NONE;
      default -> JsonKind.NONE;
    };
  }

  /// Offset in the array of the next value, name or bracket.
  public int position() {
    space();
    return at;
  }

  /// Goes to a value whose [#position()] was taken, at the same level of nesting; also back to the
  /// place after the value last read.
  public void seek(int position) {
    at = position;
    first = false;
  }

  /// Arrays and objects that the reader is in.
  public int level() {
    return depth;
  }

  /// As [#seek(int)], from another level of nesting back to the one of the position.
  public void seek(int position, int level) {
    seek(position);
    depth = level;
  }

  /// Bytes not yet read.
  public int remaining() {
    return limit - at;
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
    if (++depth > options.maxDepth()) {
      throw refused("nested deeper than " + options.maxDepth() + " levels");
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

  /// Goes over the string at the opening quote.
  ///
  /// @return where its closing quote is
  private int text() {
    int end = strings.end(at + 1);
    if (end < 0) {
      at = -1 - end;
      throw refused(strings.complaint(at));
    }
    at = end + 1;
    return end;
  }

  public String readString() {
    if (space() != '"') {
      throw unexpected("a string");
    }
    int start = at + 1;
    return strings.text(start, text());
  }

  /// A string as its UTF-8 bytes, escapes resolved.
  public byte[] readBytes() {
    if (space() != '"') {
      throw unexpected("a string");
    }
    int start = at + 1;
    return strings.bytes(start, text());
  }

  /// The index of a string among names, without making a `String`; consumed only if it is there.
  ///
  /// @return [JsonNames#UNKNOWN] if the value is another string or no string
  public int readOneOf(JsonNames names) {
    if (space() != '"') {
      return JsonNames.UNKNOWN;
    }
    int start = at;
    int end = text();
    int found = end == start + 1 ? JsonNames.UNKNOWN : names.find(bytes, start + 1, end);
    if (found == JsonNames.UNKNOWN) {
      at = start;
    }
    return found;
  }

  public boolean readBoolean() {
    int next = space();
    if (next == 't') {
      word("true");
      return true;
    }
    if (next == 'f') {
      word("false");
      return false;
    }
    throw unexpected("true or false");
  }

  public void readNull() {
    if (space() != 'n') {
      throw unexpected("null");
    }
    word("null");
  }

  private void word(String letters) {
    if (!follows(letters)) {
      throw unexpected(letters);
    }
    at += letters.length();
  }

  private boolean follows(String letters) {
    if (limit - at < letters.length()) {
      return false;
    }
    for (int i = 0; i < letters.length(); i++) {
      if (bytes[at + i] != letters.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /// The nearest double, as `Double.parseDouble`; too large is infinite.
  public double readDouble() {
    return readNumber() ? number.doubleValue() : token();
  }

  /// The nearest float, as `Float.parseFloat`: rounded once.
  public float readFloat() {
    return readNumber() ? number.floatValue() : (float) token();
  }

  /// Whether the next value is an array.
  public boolean atArray() {
    return space() == '[';
  }

  /// Goes over a number, whose value can then be asked for.
  ///
  /// @return false for one of the tokens of [JsonOptions#nonFinite], which is not consumed
  public boolean readNumber() {
    int next = space();
    if ((next >= '0' && next <= '9') || (next == '-' && !infinite())) {
      int end = number.scan(at);
      if (end < 0) {
        at = -1 - end;
        throw unexpected("a digit");
      }
      at = end;
      return true;
    }
    if (!options.nonFinite() || tokenLength() == 0) {
      throw unexpected("a number");
    }
    return false;
  }

  private boolean infinite() {
    return options.nonFinite() && at + 1 < limit && bytes[at + 1] == 'I';
  }

  /// Whether the number last read is written without a fraction and an exponent.
  public boolean isInteger() {
    return number.isInteger();
  }

  /// Whether the number last read is integral and fits `long`.
  public boolean isLong() {
    return number.isLong(false);
  }

  /// The number last read, where [#isLong()].
  public long longValue() {
    return number.longValue();
  }

  /// The number last read.
  public double doubleValue() {
    return number.doubleValue();
  }

  /// A token for a number that is not finite, bare or quoted.
  private double token() {
    int length = tokenLength();
    int start = at;
    at += length;
    boolean quoted = bytes[start] == '"';
    return switch (bytes[quoted ? start + 1 : start]) {
      case 'N', 'n' -> Double.NaN;
      case 'I' -> Double.POSITIVE_INFINITY;
      default -> Double.NEGATIVE_INFINITY;
    };
  }

  /// Bytes of the token that follows; 0 if none does.
  private int tokenLength() {
    if (follows("null")) {
      return 4;
    }
    int quotes = at < limit && bytes[at] == '"' ? 1 : 0;
    at += quotes;
    int length = 0;
    for (var token : TOKENS.names()) {
      if (follows(token)) {
        length = token.length();
      }
    }
    at -= quotes;
    boolean closed = quotes == 0 || (at + length + 1 < limit && bytes[at + length + 1] == '"');
    return length > 0 && closed ? length + 2 * quotes : 0;
  }

  /// Exactly; `2.0` and `1e3` are integers too.
  public long readLong() {
    return readLong(Long.MIN_VALUE, Long.MAX_VALUE);
  }

  /// An integer within bounds, which the refusal names.
  public long readLong(long lowest, long highest) {
    return integer(lowest, highest, false);
  }

  /// An integer of 0 to 2^64 - 1, as its bits.
  public long readUnsignedLong() {
    return integer(0, -1, true);
  }

  private long integer(long lowest, long highest, boolean unsigned) {
    int start = position();
    if (peek() == JsonKind.NUMBER && readNumber() && number.isLong(unsigned)) {
      long value = number.longValue();
      if (unsigned || (value >= lowest && value <= highest)) {
        return value;
      }
    }
    at = start;
    throw unexpected(
        "an integer from "
            + lowest
            + " to "
            + (unsigned ? Long.toUnsignedString(highest) : Long.toString(highest)));
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
          at += tokenLength();
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
    return switch (peek()) {
      case OBJECT -> {
        var fields = new LinkedHashMap<String, Object>();
        beginObject();
        while (nextField()) {
          fields.put(name(), readValue());
        }
        yield fields;
      }
      case ARRAY -> {
        var elements = new ArrayList<Object>();
        beginArray();
        while (nextElement()) {
          elements.add(readValue());
        }
        yield elements;
      }
      case STRING -> readString();
      case NUMBER -> scalar();
      case BOOLEAN -> readBoolean();
      case NULL -> {
        readNull();
        yield JsonNull.NULL;
      }
      case NONE -> throw unexpected("a value");
    };
  }

  private Object scalar() {
    if (!readNumber()) {
      return token();
    }
    if (number.isInteger() && number.isLong(false)) {
      return number.longValue();
    }
    return number.doubleValue();
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

  /// Goes over white space.
  ///
  /// @return the byte there, not consumed; [#END] at the end
  private int space() {
    int i = at;
    while (i < limit) {
      int next = bytes[i] & 0xFF;
      if (next > ' ' || (next != ' ' && next != '\n' && next != '\r' && next != '\t')) {
        at = i;
        return next;
      }
      i++;
    }
    at = i;
    return END;
  }

  /// A refusal of what comes next.
  ///
  /// @param expected what would be right: `a number`
  public InvalidInputException unexpected(String expected) {
    return refused("expected " + expected + ", found " + found());
  }

  /// A refusal at the present place.
  public InvalidInputException refused(String what) {
    int line = 1;
    int start = from;
    for (int i = from; i < at; i++) {
      if (bytes[i] == '\n') {
        line++;
        start = i + 1;
      }
    }
    var name = subject.toString();
    return new InvalidInputException(
        (name.isEmpty() ? "JSON: " : name + ": ")
            + what
            + " at byte "
            + (at - from)
            + " (line "
            + line
            + ", column "
            + (at - start + 1)
            + ")");
  }

  /// The next token, shortened.
  private String found() {
    if (space() == END) {
      return "the end of the document";
    }
    int end = Math.min(limit, at + SHOWN);
    int to = at + 1;
    if (bytes[at] == '"') {
      while (to < end && bytes[to] != '"') {
        to++;
      }
      to = Math.min(end, to + 1);
    } else if (",:[]{}".indexOf(bytes[at]) < 0) {
      while (to < end && " \t\r\n,:[]{}\"".indexOf(bytes[to]) < 0) {
        to++;
      }
    }
    var text = new String(Arrays.copyOfRange(bytes, at, to), StandardCharsets.UTF_8);
    return printable(text) + (to == end && end < limit ? "..." : "");
  }

  private static String printable(String text) {
    var shown = new StringBuilder();
    text.chars()
        .forEach(
            c -> {
              if (Character.isISOControl(c)) {
                shown.append(String.format("\\u%04x", c));
              } else {
                shown.append((char) c);
              }
            });
    return shown.toString();
  }
}
