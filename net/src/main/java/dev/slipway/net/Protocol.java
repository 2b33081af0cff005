package dev.slipway.net;

/// What a connection speaks at the moment. Called on its event loop.
interface Protocol {
  /// The connection's deadline has passed.
  void expired();

  /// Ends the connection as soon as what is under way allows; nothing new is begun.
  void drain();
}
