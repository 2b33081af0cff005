package dev.slipway.engines.sklearn;

/// A class, or a setting of one, that is not evaluated here.
public final class UnsupportedEstimatorException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /// @param message names the class and the setting, what was found and what would do
  public UnsupportedEstimatorException(String message) {
    super(message, null, false, false);
  }
}
