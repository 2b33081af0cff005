package dev.slipway.function;

/// A request, or a function, that cannot be served.
final class FunctionException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int status;

  /// @param status of HTTP
  FunctionException(int status, String why) {
    super(why);
    this.status = status;
  }

  /// The function itself cannot be loaded.
  static FunctionException unloadable(String why) {
    return new FunctionException(500, why);
  }

  int status() {
    return status;
  }

  String why() {
    return String.valueOf(getMessage());
  }
}
