package dev.slipway.net;

/// An upstream's answer breaks the protocol.
final class MalformedAnswerException extends Exception {
  private static final long serialVersionUID = 1L;

  MalformedAnswerException(String what) {
    super("the answer has " + what, null, false, false);
  }
}
