package dev.slipway.apiserver.stream;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;

/// Copies between a client and a socket.
final class Pump {
  private Pump() {}

  /// Both ways, until the socket's side ends; what the client no longer sends ends the socket's
  /// input first.
  static void both(Socket socket, InputStream from, OutputStream to) throws IOException {
    Thread.ofVirtual().name("port forward").start(() -> send(from, socket));
    copy(socket.getInputStream(), to);
  }

  private static void send(InputStream from, Socket socket) {
    try {
      copy(from, socket.getOutputStream());
      socket.shutdownOutput();
    } catch (IOException _) {
      close(socket); // the other direction ends with it
    }
  }

  private static void copy(InputStream from, OutputStream to) throws IOException {
    var buffer = new byte[32 * 1024];
    for (int count = from.read(buffer); count >= 0; count = from.read(buffer)) {
      to.write(buffer, 0, count);
    }
  }

  static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException _) {
      // it is not used any more
    }
  }
}
