package dev.slipway.node;

/// A command that cannot be run in a container, with the reason in words for the user.
public final class CommandRefusedException extends Exception {
  private static final long serialVersionUID = 1L;

  public CommandRefusedException(String why) {
    super(why, null, false, false);
  }

  /// For the user.
  public String why() {
    return String.valueOf(getMessage());
  }
}
