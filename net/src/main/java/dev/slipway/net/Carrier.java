package dev.slipway.net;

import io.netty.channel.Channel;
import java.util.Map;

/// What an exchange needs of the protocol that carries it. Called on the handler's thread.
interface Carrier {
  /// The body's reader has room again.
  void resumeBody();

  /// Answers `Expect: 100-continue`: the handler wants the body.
  void inviteBody();

  /// The client's side, for a forwarder; on the event loop.
  Downstream downstream();

  /// The exchange carried.
  Exchange exchange();

  /// Of the connection, or the stream.
  Channel channel();

  /// Makes the connection a WebSocket.
  WebSocket upgrade(String subprotocol);

  /// Makes the connection a tunnel of another protocol.
  ///
  /// @param fields of the answer, beside those that accept
  Tunnel tunnel(String protocol, Map<String, String> fields);

  /// The handler has returned, and everything of it is done.
  void handlerDone();
}
