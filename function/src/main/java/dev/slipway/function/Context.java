package dev.slipway.function;

import java.time.Duration;
import java.time.Instant;

/// What a handler is told beside the event.
///
/// @param requestId of the request's `X-Request-Id`, or made here
/// @param functionName of the Knative Service
/// @param functionVersion of its revision; empty where there is none
/// @param memoryLimitInMb of this process; 0 for no bound
/// @param deadline when the request is given up
public record Context(
    String requestId,
    String functionName,
    String functionVersion,
    long memoryLimitInMb,
    Instant deadline) {

  /// At least zero.
  public Duration remainingTime() {
    var left = Duration.between(Instant.now(), deadline);
    return left.isNegative() ? Duration.ZERO : left;
  }
}
