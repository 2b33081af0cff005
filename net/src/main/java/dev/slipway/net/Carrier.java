package dev.slipway.net;

/// What an exchange needs of the protocol that carries it. Called on the handler's thread.
interface Carrier {
  /// The body's reader has room again.
  void resumeBody();

  /// Answers `Expect: 100-continue`: the handler wants the body.
  void inviteBody();

  /// Makes the connection a WebSocket.
  WebSocket upgrade(String subprotocol);

  /// The handler has returned, and everything of it is done.
  void handlerDone();
}
