package dev.slipway.apiserver.access.token;

/// A token that proves nothing; the message says why, for token reviews.
final class InvalidTokenException extends Exception {
  private static final long serialVersionUID = 1L;

  InvalidTokenException(String why) {
    super(why, null, false, false);
  }
}
