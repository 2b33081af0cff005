package dev.slipway.inference.engine;

/// A model cannot be loaded; the message says which file, what was found and what was expected, and
/// where there is one, the way out.
public final class ModelLoadException extends Exception {
  private static final long serialVersionUID = 1L;

  public ModelLoadException(String message) {
    super(message);
  }

  public ModelLoadException(String message, Throwable cause) {
    super(message, cause);
  }
}
