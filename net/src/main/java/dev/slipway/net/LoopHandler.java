package dev.slipway.net;

/// Answers what takes no time, before the `Handler` is asked: probes, health, small constant pages.
/// Such requests are answered although every other thread of the process is busy.
///
/// It runs on the event loop that carries many other connections, so **nothing may block or
/// compute for longer than some microseconds**: no lock that others hold for long, no file, no
/// logging to a slow place. It sees the head alone; reading the body is refused.
@FunctionalInterface
public interface LoopHandler {
  /// Answers with `response.send`, promises an answer with `response.defer` or
  /// `Forwarder.forward`, or leaves the response alone and declines.
  ///
  /// @return whether it answered or will; otherwise the request goes to the `Handler`
  boolean tryHandle(Request request, Response response);

  /// Whether WebSockets over HTTP/2 (RFC 8441) are announced to clients: requests for them can be
  /// forwarded alone.
  default boolean forwardsWebSockets() {
    return false;
  }
}
