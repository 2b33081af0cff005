package dev.slipway.engines.onnx;

/// What ONNX Runtime says when it refuses: its message, as it came.
final class OrtFailure extends Exception {
  private static final long serialVersionUID = 1L;

  OrtFailure(String message) {
    super(message, null, false, false);
  }
}
