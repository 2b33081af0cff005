package dev.slipway.inference.engine;

/// A model failed on inputs that looked right.
public final class InferenceFailedException extends InferenceException {
  private static final long serialVersionUID = 1L;

  public InferenceFailedException(String message, Throwable cause) {
    super(message, cause, true);
  }
}
