package dev.slipway.app;

/// Something the user can put right; its message is all they are shown.
final class UserException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UserException(String message) {
    super(message, null, false, false);
  }
}
