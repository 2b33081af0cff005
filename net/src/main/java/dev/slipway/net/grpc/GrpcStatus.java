package dev.slipway.net.grpc;

/// How a call ended (grpc, doc/statuscodes.md).
public enum GrpcStatus {
  OK(0),
  CANCELLED(1),
  UNKNOWN(2),
  INVALID_ARGUMENT(3),
  DEADLINE_EXCEEDED(4),
  NOT_FOUND(5),
  ALREADY_EXISTS(6),
  PERMISSION_DENIED(7),
  RESOURCE_EXHAUSTED(8),
  FAILED_PRECONDITION(9),
  ABORTED(10),
  OUT_OF_RANGE(11),
  UNIMPLEMENTED(12),
  INTERNAL(13),
  UNAVAILABLE(14),
  DATA_LOSS(15),
  UNAUTHENTICATED(16);

  private final int code;
  private final String text;

  GrpcStatus(int code) {
    this.code = code;
    this.text = Integer.toString(code);
  }

  /// The number on the wire, 0 to 16.
  public int code() {
    return code;
  }

  /// The number as `grpc-status` has it.
  String text() {
    return text;
  }
}
