package dev.slipway.net;

import java.time.Duration;

/// Where a request goes on to, how it is changed on the way, and how long that may take.
///
/// @param endpoint the upstream
/// @param target raw path and query, `/v2/models?x=1`
/// @param authority the `Host` or `:authority` upstream sees
/// @param requestEdits applied after the fields of one connection were taken out (RFC 9110, 7.6.1)
/// @param responseEdits the same for the answer
/// @param maxRequestBytes a longer body ends in `TOO_LARGE`
/// @param replayBytes a body of up to this size is kept until the answer begins, so that the
///     request can be forwarded again; a longer one is sent at most once
public record Forward(
    Endpoint endpoint,
    String target,
    String authority,
    HeaderEdits requestEdits,
    HeaderEdits responseEdits,
    Timeouts timeouts,
    long maxRequestBytes,
    int replayBytes) {

  private static final int REPLAY_BYTES = 64 * 1024;

  /// Zero for none, each. They are looked at some times a second: an answer may be late by up to
  /// 50 ms.
  ///
  /// @param request from the start of forwarding to the last byte of the answer, streams too
  /// @param responseStart until the answer's head
  /// @param idle since the last byte of the answer, or the start where there was none
  public record Timeouts(Duration request, Duration responseStart, Duration idle) {
    public static Timeouts none() {
      return new Timeouts(Duration.ZERO, Duration.ZERO, Duration.ZERO);
    }
  }

  /// @throws IllegalArgumentException if target or authority could break out of their line
  public Forward {
    if (!(target.startsWith("/") || target.equals("*")) || !visible(target)) {
      throw new IllegalArgumentException("\"" + target + "\" is no request target");
    }
    if (!visible(authority)) {
      throw new IllegalArgumentException("\"" + authority + "\" is no authority");
    }
  }

  /// The request as it came, without timeouts or bounds.
  public static Forward of(Endpoint endpoint, Request request) {
    var query = request.rawQuery();
    var target = query.isEmpty() ? request.rawPath() : request.rawPath() + "?" + query;
    var edits = HeaderEdits.none();
    var authority = request.authority();
    var timeouts = Timeouts.none();
    return new Forward(
        endpoint, target, authority, edits, edits, timeouts, Long.MAX_VALUE, REPLAY_BYTES);
  }

  /// The same to another endpoint.
  public Forward to(Endpoint other) {
    return new Forward(
        other,
        target,
        authority,
        requestEdits,
        responseEdits,
        timeouts,
        maxRequestBytes,
        replayBytes);
  }

  public Forward withTarget(String other) {
    return new Forward(
        endpoint,
        other,
        authority,
        requestEdits,
        responseEdits,
        timeouts,
        maxRequestBytes,
        replayBytes);
  }

  public Forward withAuthority(String other) {
    return new Forward(
        endpoint,
        target,
        other,
        requestEdits,
        responseEdits,
        timeouts,
        maxRequestBytes,
        replayBytes);
  }

  public Forward withEdits(HeaderEdits request, HeaderEdits response) {
    return new Forward(
        endpoint, target, authority, request, response, timeouts, maxRequestBytes, replayBytes);
  }

  public Forward withTimeouts(Timeouts other) {
    return new Forward(
        endpoint,
        target,
        authority,
        requestEdits,
        responseEdits,
        other,
        maxRequestBytes,
        replayBytes);
  }

  public Forward withMaxRequestBytes(long bytes) {
    return new Forward(
        endpoint, target, authority, requestEdits, responseEdits, timeouts, bytes, replayBytes);
  }

  public Forward withReplayBytes(int bytes) {
    return new Forward(
        endpoint, target, authority, requestEdits, responseEdits, timeouts, maxRequestBytes, bytes);
  }

  private static boolean visible(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c <= ' ' || c >= 127) {
        return false;
      }
    }
    return true;
  }
}
