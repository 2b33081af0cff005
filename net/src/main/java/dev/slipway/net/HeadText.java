package dev.slipway.net;

import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// The head of an HTTP/1 response as bytes, written anew for each response of a connection into
/// the same array.
final class HeadText {
  private static final int FIRST_BYTES = 256;

  // Racing writers write the same bytes.
  private static final byte[][] STATUS_LINES = new byte[1000][];

  private byte[] bytes = new byte[FIRST_BYTES];
  private int length;

  byte[] bytes() {
    return bytes;
  }

  int length() {
    return length;
  }

  /// Starts over.
  HeadText status(int code) {
    length = 0;
    var line = STATUS_LINES[code];
    if (line == null) {
      var reason = HttpResponseStatus.valueOf(code).reasonPhrase();
      line = ("HTTP/1.1 " + code + " " + reason + "\r\n").getBytes(StandardCharsets.US_ASCII);
      STATUS_LINES[code] = line;
    }
    return line(line);
  }

  HeadText startOver() {
    length = 0;
    return this;
  }

  /// A whole line with its end.
  HeadText line(byte[] line) {
    makeRoom(line.length);
    System.arraycopy(line, 0, bytes, length, line.length);
    length += line.length;
    return this;
  }

  HeadText field(String name, String value) {
    text(name);
    makeRoom(2);
    bytes[length++] = ':';
    bytes[length++] = ' ';
    text(value);
    return end();
  }

  /// The same from bytes that were found to be a field.
  HeadText field(byte[] source, int nameFrom, int nameTo, int valueFrom, int valueTo) {
    int nameLength = nameTo - nameFrom;
    int valueLength = valueTo - valueFrom;
    makeRoom(nameLength + valueLength + 4);
    System.arraycopy(source, nameFrom, bytes, length, nameLength);
    length += nameLength;
    bytes[length++] = ':';
    bytes[length++] = ' ';
    System.arraycopy(source, valueFrom, bytes, length, valueLength);
    length += valueLength;
    return end();
  }

  /// The same for a field as it was received: a character is a byte.
  HeadText received(CharSequence name, CharSequence value) {
    latin1(name);
    makeRoom(2);
    bytes[length++] = ':';
    bytes[length++] = ' ';
    latin1(value);
    return end();
  }

  /// What edits write.
  void add(HeaderEdits edits) {
    for (int i = 0; i < edits.size(); i++) {
      if (edits.writes(i)) {
        var _ = field(edits.name(i), edits.value(i));
      }
    }
  }

  /// Starts over with a request line.
  HeadText request(String method, String target) {
    length = 0;
    latin1(method);
    makeRoom(1);
    bytes[length++] = ' ';
    latin1(target);
    return line(REQUEST_END);
  }

  private static final byte[] REQUEST_END = " HTTP/1.1\r\n".getBytes(StandardCharsets.US_ASCII);

  private void latin1(CharSequence text) {
    int count = text.length();
    makeRoom(count);
    if (text instanceof AsciiString ascii) {
      System.arraycopy(ascii.array(), ascii.arrayOffset(), bytes, length, count);
    } else {
      for (int i = 0; i < count; i++) {
        bytes[length + i] = (byte) text.charAt(i);
      }
    }
    length += count;
  }

  HeadText contentLength(long value) {
    makeRoom(CONTENT_LENGTH.length + 22);
    System.arraycopy(CONTENT_LENGTH, 0, bytes, length, CONTENT_LENGTH.length);
    length += CONTENT_LENGTH.length;
    digits(value);
    return end();
  }

  private static final byte[] CONTENT_LENGTH =
      "content-length: ".getBytes(StandardCharsets.US_ASCII);

  private void digits(long value) {
    int count = 1;
    for (long rest = value / 10; rest > 0; rest /= 10) {
      count++;
    }
    long rest = value;
    for (int at = length + count - 1; at >= length; at--) {
      bytes[at] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    length += count;
  }

  /// The end of a line, or of the head.
  HeadText end() {
    makeRoom(2);
    bytes[length++] = '\r';
    bytes[length++] = '\n';
    return this;
  }

  private void text(String text) {
    int count = text.length();
    makeRoom(count);
    for (int i = 0; i < count; i++) {
      char c = text.charAt(i);
      if (c >= 128) {
        textFrom(text, i);
        return;
      }
      bytes[length++] = (byte) c;
    }
  }

  private void textFrom(String text, int start) {
    var rest = text.substring(start).getBytes(StandardCharsets.UTF_8);
    var _ = line(rest);
  }

  private void makeRoom(int more) {
    if (length + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
    }
  }
}
