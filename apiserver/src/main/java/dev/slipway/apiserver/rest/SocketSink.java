package dev.slipway.apiserver.rest;

import dev.slipway.net.Request;
import dev.slipway.net.WebSocket;

/// Watch events as WebSocket messages, one each: what Java clients ask for first.
final class SocketSink implements Watches.Sink {
  private final WebSocket socket;

  SocketSink(Request request) {
    this.socket = request.acceptWebSocket("");
    Thread.ofVirtual().name("watch-socket-reader").start(this::drain);
  }

  @Override
  public void send(byte[]... parts) {
    int length = 0;
    for (byte[] part : parts) {
      length += part.length;
    }
    byte[] whole = new byte[length];
    int at = 0;
    for (byte[] part : parts) {
      System.arraycopy(part, 0, whole, at, part.length);
      at += part.length;
    }
    socket.sendText(whole);
  }

  @Override
  public boolean closed() {
    return socket.closed();
  }

  @Override
  public void onClose(Runnable action) {
    socket.onClose(action);
  }

  /// A watch has nothing to hear; reading notices that the client closed.
  private void drain() {
    try {
      while (socket.receive().isPresent()) {
        // Whatever a client says on a watch is of no consequence.
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
