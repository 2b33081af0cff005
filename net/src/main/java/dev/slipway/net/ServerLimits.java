package dev.slipway.net;

import java.time.Duration;

/// Limits of a server that nobody has had to set so far.
///
/// @param headTime from the first byte of a request, or the start of a connection, to a whole head
/// @param bodyTime the longest wait for the next bytes of a body somebody reads
/// @param writeTime a client that takes nothing for so long is cut off
/// @param lingerTime how long an unread request is discarded after the answer that ends its
///     connection
/// @param maxStreams concurrent HTTP/2 streams of a connection, as in Kubernetes
/// @param maxDiscardBytes of an unread body are skipped to keep the connection
/// @param maxMessageBytes of a WebSocket message
record ServerLimits(
    Duration headTime,
    Duration bodyTime,
    Duration writeTime,
    Duration lingerTime,
    int maxStreams,
    int maxDiscardBytes,
    int maxMessageBytes) {

  /// Received bytes held for one reader before the client has to wait.
  static final int INLET_BYTES = 128 * 1024;

  /// A handler starts when a declared body of up to this size is complete, rather than with the
  /// head.
  static final int SMALL_BODY_BYTES = 64 * 1024;

  /// HTTP/2 receive window of a stream, and of a connection: one unread stream must not stop
  /// others.
  static final int STREAM_WINDOW_BYTES = 256 * 1024;

  static final int CONNECTION_WINDOW_BYTES = 16 * 1024 * 1024;

  /// HTTP/2 streams reset by the client while their handlers still run count up to this many.
  static final int HANDLERS_PER_STREAM_LIMIT = 4;

  /// A draining connection that brings no request for so long is closed.
  static final Duration DRAIN_QUIET = Duration.ofSeconds(1);

  static ServerLimits standard() {
    return new ServerLimits(
        Duration.ofSeconds(30),
        Duration.ofSeconds(60),
        Duration.ofMinutes(5),
        Duration.ofSeconds(2),
        250,
        256 * 1024,
        16 * 1024 * 1024);
  }
}
