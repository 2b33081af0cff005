package dev.slipway.apiserver.apply;

/// A value that does not have the shape its schema demands, so that its fields cannot be named.
final class MismatchException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  MismatchException(String message) {
    super(message, null, false, false);
  }
}
