package dev.slipway.apiserver.admission;

/// A webhook could not be asked, or did not answer as it should.
final class WebhookFailure extends Exception {
  private static final long serialVersionUID = 1L;

  WebhookFailure(String message) {
    super(message);
  }
}
