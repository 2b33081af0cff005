package dev.slipway.node;

/// A container cannot start before something else is there. Tried again.
final class NotYetException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String reason;

  /// @param reason of the container's waiting: `CreateContainerConfigError`, `ContainerCreating`
  NotYetException(String reason, String message) {
    super(message, null, false, false);
    this.reason = reason;
  }

  String reason() {
    return reason;
  }

  String why() {
    return String.valueOf(getMessage());
  }
}
