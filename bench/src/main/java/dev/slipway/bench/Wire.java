package dev.slipway.bench;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/// One kept-alive HTTP/1.1 connection over TLS, as cheap as a load generator can be.
final class Wire implements AutoCloseable {
  private final SSLSocket socket;
  private final InputStream in;
  private final OutputStream out;
  private final String token;

  Wire(SSLContext tls, int port, String token) throws IOException {
    this.socket = (SSLSocket) tls.getSocketFactory().createSocket("127.0.0.1", port);
    socket.setTcpNoDelay(true);
    this.in = new BufferedInputStream(socket.getInputStream(), 64 * 1024);
    this.out = socket.getOutputStream();
    this.token = token;
  }

  /// Sends a request and reads the whole answer.
  ///
  /// @return the status code
  int call(String method, String path, byte[] body) throws IOException {
    send(method, path, body);
    String head = head();
    skipBody(head);
    return Integer.parseInt(head, 9, 12, 10);
  }

  /// Sends a request whose answer is a stream; the caller reads it from [#stream].
  void open(String path) throws IOException {
    send("GET", path, new byte[0]);
    head();
  }

  InputStream stream() {
    return in;
  }

  private void send(String method, String path, byte[] body) throws IOException {
    String text =
        method
            + " "
            + path
            + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
            + token
            + "\r\nContent-Type: application/json\r\nContent-Length: "
            + body.length
            + "\r\n\r\n";
    byte[] head = text.getBytes(StandardCharsets.US_ASCII);
    byte[] whole = new byte[head.length + body.length];
    System.arraycopy(head, 0, whole, 0, head.length);
    System.arraycopy(body, 0, whole, head.length, body.length);
    out.write(whole);
  }

  private String head() throws IOException {
    var head = new StringBuilder(512);
    int ended = 0;
    while (ended < 4) {
      int next = in.read();
      if (next < 0) {
        throw new EOFException("closed within a head");
      }
      ended = next == (ended % 2 == 0 ? '\r' : '\n') ? ended + 1 : next == '\r' ? 1 : 0;
      head.append((char) next);
    }
    return head.toString();
  }

  private void skipBody(String head) throws IOException {
    String lower = head.toLowerCase(Locale.ROOT);
    int length = lower.indexOf("content-length:");
    if (length >= 0) {
      int from = length + "content-length:".length();
      in.skipNBytes(Long.parseLong(lower.substring(from, lower.indexOf('\r', from)).strip()));
      return;
    }
    while (true) {
      int size = Integer.parseInt(line().strip(), 16);
      in.skipNBytes(size);
      line();
      if (size == 0) {
        return;
      }
    }
  }

  private String line() throws IOException {
    var line = new StringBuilder();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new EOFException("closed within a body");
      }
      line.append((char) next);
    }
    return line.toString();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
