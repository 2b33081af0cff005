package dev.slipway.net;

/// What a connection speaks at the moment. Called on its event loop.
interface Protocol {
  /// The connection's deadline has passed.
  void expired();

  /// Asks the client to leave; requests are answered until it does, or is quiet for a while.
  void drain();

  /// Ends the connection as soon as what is under way allows; nothing new is begun.
  void finish();
}
