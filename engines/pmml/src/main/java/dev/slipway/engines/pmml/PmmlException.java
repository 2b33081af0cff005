package dev.slipway.engines.pmml;

/// A document that cannot be read, is wrong, or asks for something that is not evaluated.
final class PmmlException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  PmmlException(String message) {
    super(message, null, false, false);
  }

  /// @param at the element at fault; its line and name begin the message
  PmmlException(Element at, String message) {
    this("line " + at.line() + ": " + at.name() + ": " + message);
  }

  static PmmlException unsupported(Element at) {
    return new PmmlException(at, "this element is not supported");
  }

  static PmmlException unsupported(Element at, String attribute) {
    return new PmmlException(
        at, attribute + "=\"" + at.text(attribute, "") + "\" is not supported");
  }
}
