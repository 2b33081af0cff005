package dev.slipway.net;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// A client that sends bytes as told and reads answers without opinions.
final class RawClient implements AutoCloseable {
  record Answer(int status, List<String> headers, String body) {
    String header(String name) {
      return headers.stream()
          .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name + ": "))
          .map(line -> line.substring(name.length() + 2))
          .findFirst()
          .orElse("");
    }
  }

  private final Socket socket;
  private final InputStream in;

  RawClient(HttpServer server) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
    socket.setSoTimeout(20_000);
    socket.setTcpNoDelay(true);
    in = new BufferedInputStream(socket.getInputStream());
  }

  RawClient send(String text) throws IOException {
    return send(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  RawClient send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    return this;
  }

  void closeSending() throws IOException {
    socket.shutdownOutput();
  }

  /// Closes so that the server sees a reset.
  void reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  /// One answer, with a body by length, chunks or the end of the connection.
  Answer read() throws IOException {
    var head = readHead();
    return new Answer(head.status(), head.headers(), body(head));
  }

  /// An answer without a body, as to a HEAD or an informational one.
  Answer readHead() throws IOException {
    var status = line();
    var headers = new ArrayList<String>();
    for (var line = line(); !line.isEmpty(); line = line()) {
      headers.add(line);
    }
    int start = status.indexOf(' ') + 1;
    return new Answer(Integer.parseInt(status.substring(start, start + 3)), headers, "");
  }

  private String body(Answer answer) throws IOException {
    if (answer.status() == 204 || answer.status() == 304 || answer.status() < 200) {
      return "";
    }
    if (answer.header("transfer-encoding").equals("chunked")) {
      var body = new StringBuilder();
      for (int size = chunkSize(); size > 0; size = chunkSize()) {
        body.append(text(size));
        line();
      }
      line();
      return body.toString();
    }
    var length = answer.header("content-length");
    return length.isEmpty() ? rest() : text(Integer.parseInt(length));
  }

  int chunkSize() throws IOException {
    return Integer.parseInt(line(), 16);
  }

  String text(int length) throws IOException {
    return new String(bytes(length), StandardCharsets.ISO_8859_1);
  }

  byte[] bytes(int length) throws IOException {
    var bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new IOException("connection ended after " + bytes.length + " of " + length + " bytes");
    }
    return bytes;
  }

  /// Everything until the connection ends.
  String rest() throws IOException {
    return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
  }

  /// Whether the server has ended the connection, rather than said anything.
  boolean ended() throws IOException {
    try {
      return in.read() < 0;
    } catch (SocketException _) {
      return true;
    }
  }

  String line() throws IOException {
    var line = new ByteArrayOutputStream();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new IOException("connection ended in a line: " + line);
      }
      line.write(b);
    }
    var text = line.toString(StandardCharsets.ISO_8859_1);
    return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
