package dev.slipway.inference.engine;

/// The client's inputs are not what the model takes.
public final class InvalidInputException extends InferenceException {
  private static final long serialVersionUID = 1L;

  /// @param message names the input, what was found and what was expected
  public InvalidInputException(String message) {
    super(message, null, false);
  }
}
