package dev.slipway.net;

import io.netty.handler.codec.http.HttpResponseStatus;
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
