package dev.slipway.engines.sklearn.pickle;

/// A stream that is no pickle, is damaged, asks for too much, or names what it may not.
final class PickleException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  PickleException(String message) {
    super(message, null, false, false);
  }
}
