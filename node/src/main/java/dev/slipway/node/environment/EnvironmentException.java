package dev.slipway.node.environment;

/// An environment cannot be made as asked.
public final class EnvironmentException extends Exception {
  private static final long serialVersionUID = 1L;

  /// @param message for the user: what failed, and what to do about it
  EnvironmentException(String message) {
    super(message, null, false, false);
  }
}
