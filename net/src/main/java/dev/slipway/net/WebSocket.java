package dev.slipway.net;

import java.util.Optional;

/// An accepted WebSocket, read and written by blocking calls; one reader and one writer at a time.
public interface WebSocket extends AutoCloseable {
  /// A whole message.
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Message(boolean text, byte[] payload) {}

  /// Waits for the next message; empty once the peer has closed. Pings are answered inside.
  Optional<Message> receive() throws InterruptedException;

  /// Waits while the peer is slow.
  ///
  /// @throws Response.ClientGoneException if the peer is gone
  void sendText(byte[] utf8);

  /// @throws Response.ClientGoneException if the peer is gone
  void sendBinary(byte[]... parts);

  /// Starts the closing handshake.
  ///
  /// @param code 1000 for normal
  void close(int code, String reason);

  boolean closed();

  /// Runs once when the peer is gone.
  void onClose(Runnable action);

  @Override
  default void close() {
    close(1000, "");
  }
}
