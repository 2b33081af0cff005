package dev.slipway.net;

import java.time.Duration;

/// Limits of a forwarder.
///
/// @param connectTime until a connection is established, TLS included
/// @param maxIdle unused connections kept for each endpoint and event loop
/// @param idleTime an unused HTTP/1 connection is closed after this. Shorter than what servers
///     allow (five seconds in Node and uvicorn), so that few requests meet a connection just closed
/// @param maxHeaderBytes of the head of an answer
public record ForwarderSettings(
    Duration connectTime, int maxIdle, Duration idleTime, int maxHeaderBytes) {
  public static ForwarderSettings standard() {
    return new ForwarderSettings(Duration.ofSeconds(5), 256, Duration.ofSeconds(4), 64 * 1024);
  }
}
