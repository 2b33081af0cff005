package dev.slipway.bench;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/// A prediction for one iris flower as one HTTP/1.1 request on a connection of its own.
final class Flower {
  private static final String BODY = "{\"instances\":[[6.8,2.8,4.8,1.4]]}";
  private static final int PATIENCE_MILLIS = 120_000;

  private Flower() {}

  /// Sends it and reads the whole answer.
  ///
  /// @param host by which the gateway knows the service
  /// @return the status code
  static int ask(int port, String host, String model) throws IOException {
    String text =
        "POST /v1/models/"
            + model
            + ":predict HTTP/1.1\r\nHost: "
            + host
            + "\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: "
            + BODY.length()
            + "\r\n\r\n"
            + BODY;
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(PATIENCE_MILLIS);
      socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
      var answer = new BufferedInputStream(socket.getInputStream()).readAllBytes();
      if (answer.length < 12) {
        throw new EOFException("no answer");
      }
      return Integer.parseInt(new String(answer, 9, 3, StandardCharsets.US_ASCII), 10);
    }
  }
}
