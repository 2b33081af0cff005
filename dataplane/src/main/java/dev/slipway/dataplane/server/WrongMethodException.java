package dev.slipway.dataplane.server;

import dev.slipway.net.Request;
import dev.slipway.net.grpc.GrpcStatus;

/// A path that is served, asked with a method it does not have.
public final class WrongMethodException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final String allowed;

  private WrongMethodException(String message, String allowed) {
    super(message, null, false, false);
    this.allowed = allowed;
  }

  /// @throws WrongMethodException unless the request has this method
  public static void require(Request request, String method) {
    if (!request.method().equals(method)) {
      throw new WrongMethodException(
          request.rawPath() + " takes " + method + ", found " + request.method(), method);
    }
  }

  /// As [#require], for `GET`, with `HEAD` allowed too.
  public static void requireGet(Request request) {
    if (!request.method().equals("GET") && !request.method().equals("HEAD")) {
      throw new WrongMethodException(
          request.rawPath() + " takes GET, found " + request.method(), "GET, HEAD");
    }
  }

  String allowed() {
    return allowed;
  }

  Failure failure() {
    return Failure.of(405, GrpcStatus.UNIMPLEMENTED, String.valueOf(getMessage()));
  }
}
