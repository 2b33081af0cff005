package dev.slipway.apiserver.cel;

/// An expression that failed while it ran: `no such key: x`, `index out of bounds: 3`, …
public final class CelException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public CelException(String message) {
    super(message, null, false, false);
  }
}
