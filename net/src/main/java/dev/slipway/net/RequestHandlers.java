package dev.slipway.net;

/// Who answers the requests of a server: on the event loop first, then on a virtual thread.
record RequestHandlers(LoopHandler first, Handler handler) {
  private static final LoopHandler DECLINE = (_, _) -> false;

  static RequestHandlers of(Handler handler) {
    return new RequestHandlers(DECLINE, handler);
  }

  /// Whether any request could be answered on the event loop.
  boolean useLoop() {
    return !first.equals(DECLINE);
  }
}
