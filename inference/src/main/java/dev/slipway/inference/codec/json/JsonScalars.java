package dev.slipway.inference.codec.json;

/// Reads values that hold no others: strings, numbers, `true`, `false`, `null`.
abstract sealed class JsonScalars extends JsonCursor permits JsonReader {
  private static final int PLAIN_DIGITS = 18;

  final JsonStrings strings;
  private final JsonNumber number;
  private final DecimalRun run;
  private final boolean nonFinite;

  JsonScalars(byte[] bytes, int offset, int length, boolean nonFinite) {
    super(bytes, offset, length);
    this.strings = new JsonStrings(bytes, limit);
    this.number = new JsonNumber(bytes, limit);
    this.run = new DecimalRun(bytes, limit);
    this.nonFinite = nonFinite;
  }

  /// The kind of the next value; consumes white space only.
  public final JsonKind peek() {
    return switch (space()) {
      case '{' -> JsonKind.OBJECT;
      case '[' -> JsonKind.ARRAY;
      case '"' -> JsonKind.STRING;
      case 't', 'f' -> JsonKind.BOOLEAN;
      case 'n' -> JsonKind.NULL;
      case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> JsonKind.NUMBER;
      case 'N', 'I' -> nonFinite ? JsonKind.NUMBER : JsonKind.NONE;
      default -> JsonKind.NONE;
    };
  }

  public final String readString() {
    if (space() != '"') {
      throw unexpected("a string");
    }
    int start = at + 1;
    return strings.text(start, text());
  }

  /// A string as its UTF-8 bytes, escapes resolved.
  public final byte[] readBytes() {
    if (space() != '"') {
      throw unexpected("a string");
    }
    int start = at + 1;
    return strings.bytes(start, text());
  }

  /// The index of a string among names, without making a `String`; consumed only if it is there.
  ///
  /// @return [JsonNames#UNKNOWN] if the value is another string or no string
  public final int readOneOf(JsonNames names) {
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

  /// Goes over the string at the opening quote.
  ///
  /// @return where its closing quote is
  final int text() {
    int end = strings.end(at + 1);
    if (end < 0) {
      at = -1 - end;
      throw refused(strings.complaint(at));
    }
    at = end + 1;
    return end;
  }

  public final boolean readBoolean() {
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

  public final void readNull() {
    if (space() != 'n') {
      throw unexpected("null");
    }
    word("null");
  }

  /// The nearest double, as `Double.parseDouble`; too large is infinite.
  public final double readDouble() {
    return readNumber() ? number.doubleValue() : token();
  }

  /// The nearest float, as `Float.parseFloat`: rounded once.
  public final float readFloat() {
    return readNumber() ? number.floatValue() : (float) token();
  }

  /// Reads elements of an array that are plain numbers, from the one the reader is at.
  ///
  /// @param from where they go in `into`
  /// @return how many were read; the reader is behind the last, before its comma. 0 says that there
  /// is no room or that the next is to be read by itself.
  public final int readFloats(float[] into, int from) {
    return ran(run.floats(position(), into, from));
  }

  /// As [#readFloats(float[], int)].
  public final int readDoubles(double[] into, int from) {
    return ran(run.doubles(position(), into, from));
  }

  private int ran(int count) {
    at = count > 0 ? run.end() : at;
    return count;
  }

  /// Goes over a number, whose value can then be asked for.
  ///
  /// @return false for one of the tokens of [JsonOptions#nonFinite], which is not consumed
  public final boolean readNumber() {
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
    if (!nonFinite || JsonTokens.length(bytes, at, limit) == 0) {
      throw unexpected("a number");
    }
    return false;
  }

  private boolean infinite() {
    return nonFinite && at + 1 < limit && bytes[at + 1] == 'I';
  }

  /// Whether the number last read is written without a fraction and an exponent.
  public final boolean isInteger() {
    return number.isInteger();
  }

  /// Whether the number last read is integral and fits `long`.
  public final boolean isLong() {
    return number.isLong(false);
  }

  /// The number last read, where [#isLong()].
  public final long longValue() {
    return number.longValue();
  }

  /// The number last read.
  public final double doubleValue() {
    return number.doubleValue();
  }

  /// A token for a number that is not finite.
  final double token() {
    double value = JsonTokens.value(bytes, at);
    at += JsonTokens.length(bytes, at, limit);
    return value;
  }

  /// Exactly; `2.0` and `1e3` are integers too.
  public final long readLong() {
    return readLong(Long.MIN_VALUE, Long.MAX_VALUE);
  }

  /// An integer within bounds, which the refusal names.
  public final long readLong(long lowest, long highest) {
    return integer(lowest, highest, false);
  }

  /// An integer of 0 to 2^64 - 1, as its bits.
  public final long readUnsignedLong() {
    return integer(0, -1, true);
  }

  private long integer(long lowest, long highest, boolean unsigned) {
    int start = position();
    long plain = plainInteger();
    if (plain >= lowest && plain >= 0 && (unsigned || plain <= highest)) {
      return plain;
    }
    at = start;
    return anyInteger(lowest, highest, unsigned);
  }

  /// Digits with the end of an element behind them; -1 for whatever else comes.
  private long plainInteger() {
    int i = at;
    long value = 0;
    int most = Math.min(limit, at + PLAIN_DIGITS);
    while (i < most && bytes[i] >= '0' && bytes[i] <= '9') {
      value = value * 10 + (bytes[i] - '0');
      i++;
    }
    boolean plain = i > at && i < limit && (bytes[i] == ',' || bytes[i] == ']');
    if (!plain || (bytes[at] == '0' && i > at + 1)) {
      return -1;
    }
    at = i;
    return value;
  }

  private long anyInteger(long lowest, long highest, boolean unsigned) {
    int start = at;
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
}
