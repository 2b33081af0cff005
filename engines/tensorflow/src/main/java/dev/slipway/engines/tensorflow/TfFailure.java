package dev.slipway.engines.tensorflow;

/// TensorFlow reports an error.
final class TfFailure extends Exception {
  private static final long serialVersionUID = 1L;
  private static final int INVALID_ARGUMENT = 3;
  private static final int OUT_OF_RANGE = 11;

  private final int code;

  /// @param code of `tensorflow/c/tf_status.h`
  TfFailure(int code, String message) {
    super(message);
    this.code = code;
  }

  /// Whether the inputs are to blame.
  boolean ofInputs() {
    return code == INVALID_ARGUMENT || code == OUT_OF_RANGE;
  }

  /// The first line: the others are a trace of the graph.
  String reason() {
    var message = String.valueOf(getMessage());
    return message.lines().findFirst().orElse("").strip();
  }
}
