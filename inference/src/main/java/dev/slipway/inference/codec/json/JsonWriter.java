package dev.slipway.inference.codec.json;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/// Writes JSON into a growing array; commas come by themselves. The caller keeps brackets and names
/// in
/// order. Not thread-safe.
///
/// Numbers that are not finite are written `NaN`, `Infinity` and `-Infinity`, as Python's `json`
/// and
/// Triton do and read: plain JSON has no form for them.
public final class JsonWriter {
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
  private static final int LONGEST_LONG = 20;
  private static final int LONGEST_DOUBLE = 26;

  private byte[] bytes;
  private int length;
  private boolean comma;
  private final StringBuilder digits = new StringBuilder(LONGEST_DOUBLE);

  /// @param capacity bytes expected
  public JsonWriter(int capacity) {
    this.bytes = new byte[Math.max(capacity, LONGEST_DOUBLE)];
  }

  public JsonWriter beginObject() {
    return open('{');
  }

  public JsonWriter endObject() {
    return close('}');
  }

  public JsonWriter beginArray() {
    return open('[');
  }

  public JsonWriter endArray() {
    return close(']');
  }

  private JsonWriter open(char bracket) {
    separate(1);
    bytes[length++] = (byte) bracket;
    comma = false;
    return this;
  }

  private JsonWriter close(char bracket) {
    ensure(1);
    bytes[length++] = (byte) bracket;
    comma = true;
    return this;
  }

  /// A field's name.
  public JsonWriter name(String name) {
    value(name);
    ensure(1);
    bytes[length++] = ':';
    comma = false;
    return this;
  }

  public JsonWriter value(String text) {
    separate(text.length() + 2);
    bytes[length++] = '"';
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= 0x80) {
        quoted(text.substring(i).getBytes(StandardCharsets.UTF_8));
        break;
      }
      ascii((byte) c);
    }
    ensure(1);
    bytes[length++] = '"';
    return this;
  }

  /// A string that is UTF-8 already.
  public JsonWriter value(byte[] utf8) {
    separate(utf8.length + 2);
    bytes[length++] = '"';
    quoted(utf8);
    ensure(1);
    bytes[length++] = '"';
    return this;
  }

  private void quoted(byte[] utf8) {
    ensure(utf8.length);
    for (byte next : utf8) {
      ascii(next);
    }
  }

  private void ascii(byte c) {
    if ((c >= ' ' || c < 0) && c != '"' && c != '\\') {
      ensure(1);
      bytes[length++] = c;
    } else {
      escape(c);
    }
  }

  private void escape(byte c) {
    ensure(6);
    bytes[length++] = '\\';
    int letter =
        switch (c) {
          case '\b' -> 'b';
          case '\f' -> 'f';
          case '\n' -> 'n';
          case '\r' -> 'r';
          case '\t' -> 't';
          case '"', '\\' -> c;
          default -> 'u';
        };
    bytes[length++] = (byte) letter;
    if (letter == 'u') {
      bytes[length++] = '0';
      bytes[length++] = '0';
      bytes[length++] = HEX[c >> 4];
      bytes[length++] = HEX[c & 0xF];
    }
  }

  /// Bytes as a string in base64 (RFC 4648, section 4).
  public JsonWriter base64(byte[] value) {
    return ascii(Base64.getEncoder().encode(value));
  }

  private JsonWriter ascii(byte[] letters) {
    separate(letters.length + 2);
    bytes[length++] = '"';
    System.arraycopy(letters, 0, bytes, length, letters.length);
    length += letters.length;
    bytes[length++] = '"';
    return this;
  }

  public JsonWriter value(boolean value) {
    return raw(value ? "true" : "false");
  }

  public JsonWriter nullValue() {
    return raw("null");
  }

  /// A value that is JSON already.
  public JsonWriter raw(String ascii) {
    separate(ascii.length());
    for (int i = 0; i < ascii.length(); i++) {
      bytes[length++] = (byte) ascii.charAt(i);
    }
    return this;
  }

  /// A value that is JSON already.
  public JsonWriter raw(byte[] json) {
    separate(json.length);
    System.arraycopy(json, 0, bytes, length, json.length);
    length += json.length;
    return this;
  }

  public JsonWriter value(long value) {
    separate(LONGEST_LONG);
    if (value == Long.MIN_VALUE) {
      return append(Long.toString(value));
    }
    long rest = value;
    if (rest < 0) {
      bytes[length++] = '-';
      rest = -rest;
    }
    int count = count(rest);
    for (int i = length + count - 1; i >= length; i--) {
      long tenth = rest / 10;
      bytes[i] = (byte) ('0' + rest - tenth * 10);
      rest = tenth;
    }
    length += count;
    return this;
  }

  private static int count(long value) {
    int count = 1;
    long bound = 10;
    while (count < 19 && value >= bound) {
      bound *= 10;
      count++;
    }
    return count;
  }

  /// 64 bits, read as 0 to 2^64 - 1 where they are unsigned.
  public JsonWriter integer(long bits, boolean unsigned) {
    return bits >= 0 || !unsigned ? value(bits) : raw(Long.toUnsignedString(bits));
  }

  /// The shortest decimal that reads back as the same double.
  public JsonWriter value(double value) {
    separate(LONGEST_DOUBLE);
    digits.setLength(0);
    digits.append(value);
    return append(digits);
  }

  /// The shortest decimal that reads back as the same float.
  public JsonWriter value(float value) {
    separate(LONGEST_DOUBLE);
    digits.setLength(0);
    digits.append(value);
    return append(digits);
  }

  private JsonWriter append(CharSequence ascii) {
    for (int i = 0; i < ascii.length(); i++) {
      bytes[length++] = (byte) ascii.charAt(i);
    }
    return this;
  }

  /// A value as [JsonReader#readValue()] gives it.
  ///
  /// @throws IllegalArgumentException for an object of another class
  public JsonWriter any(Object value) {
    return switch (value) {
      case String text -> value(text);
      case Boolean truth -> value(truth.booleanValue());
      case Double number -> value(number.doubleValue());
      case Float number -> value(number.floatValue());
      case Number number -> value(number.longValue());
      case JsonNull _ -> nullValue();
      case byte[] utf8 -> value(utf8);
      case Map<?, ?> fields -> {
        beginObject();
        fields.forEach((name, field) -> name((String) name).any(field));
        yield endObject();
      }
      case List<?> elements -> {
        beginArray();
        elements.forEach(this::any);
        yield endArray();
      }
      default -> throw new IllegalArgumentException(value.getClass() + " has no JSON form");
    };
  }

  private void separate(int room) {
    ensure(room + 1);
    if (comma) {
      bytes[length++] = ',';
    }
    comma = true;
  }

  private void ensure(int room) {
    if (bytes.length - length < room) {
      bytes = Arrays.copyOf(bytes, Math.max(Math.addExact(length, room), grown()));
    }
  }

  private int grown() {
    return (int) Math.min(Integer.MAX_VALUE - Long.BYTES, bytes.length * 2L);
  }

  /// Bytes written.
  public int length() {
    return length;
  }

  /// What was written, as a copy of exactly its length.
  public byte[] toBytes() {
    return Arrays.copyOf(bytes, length);
  }

  /// What was written, without a copy: nothing may be written afterwards.
  public ByteBuffer toBuffer() {
    return ByteBuffer.wrap(bytes, 0, length);
  }
}
