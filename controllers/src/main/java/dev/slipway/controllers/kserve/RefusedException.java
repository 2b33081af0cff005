package dev.slipway.controllers.kserve;

/// A service cannot be run as written; becomes its `modelStatus.lastFailureInfo` and a condition.
final class RefusedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String reason;
  private final String summary;

  /// @param reason KServe's word: `NoSupportingRuntime`, `InvalidPredictorSpec`, …
  /// @param summary KServe's sentence for `lastFailureInfo`
  /// @param message what is wrong and what would be right
  RefusedException(String reason, String summary, String message) {
    super(message, null, false, false);
    this.reason = reason;
    this.summary = summary;
  }

  static RefusedException invalid(String message) {
    return new RefusedException("InvalidPredictorSpec", message, message);
  }

  String reason() {
    return reason;
  }

  String summary() {
    return summary;
  }

  String text() {
    String text = getMessage();
    return text == null ? summary : text;
  }
}
