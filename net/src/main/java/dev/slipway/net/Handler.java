package dev.slipway.net;

/// Answers requests. Called on a virtual thread of its own: blocking is fine.
@FunctionalInterface
public interface Handler {
  /// Must complete the response before it returns, unless it called `response.defer` or handed the
  /// request to a `Forwarder`; an exception that escapes becomes a 500 where
  /// nothing was sent yet,
  /// and an aborted stream otherwise.
  void handle(Request request, Response response) throws Exception;
}
