package dev.slipway.net.grpc;

/// Ends a call with a status and a message for its caller. Carries no stack trace: it is an answer.
public final class GrpcException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final GrpcStatus status;

  /// @param message for the caller; any text
  public GrpcException(GrpcStatus status, String message) {
    super(message, null, false, false);
    this.status = status;
  }

  public GrpcStatus status() {
    return status;
  }

  /// The text for the caller.
  public String text() {
    return String.valueOf(getMessage());
  }
}
