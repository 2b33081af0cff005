package dev.slipway.inference.layout;

/// A text that is not what its schema allows, with the place.
final class TextProtoException extends Exception {
  private static final long serialVersionUID = 1L;

  /// @param line counted from 1
  /// @param column counted from 1, in UTF-16 units
  TextProtoException(String message, int line, int column) {
    super("line " + line + ", column " + column + ": " + message);
  }
}
