package dev.slipway.net;

import java.util.Optional;

/// Bytes both ways on a connection that HTTP has left, by blocking calls; one reader, and one
/// writer at a time.
public interface Tunnel extends AutoCloseable {
  /// Waits for bytes; empty once the peer is gone. The pieces are as they came.
  Optional<byte[]> receive() throws InterruptedException;

  /// Waits while the peer is slow.
  ///
  /// @throws Response.ClientGoneException if the peer is gone
  void send(byte[] bytes);

  /// Closes it after what was sent.
  @Override
  void close();

  /// Binary messages of a WebSocket, one after the other.
  static Tunnel over(WebSocket socket) {
    return new Tunnel() {
      @Override
      public Optional<byte[]> receive() throws InterruptedException {
        return socket.receive().map(WebSocket.Message::payload);
      }

      @Override
      public void send(byte[] bytes) {
        socket.sendBinary(bytes);
      }

      @Override
      public void close() {
        socket.close();
      }
    };
  }
}
