package dev.slipway.engines.onnx;

import dev.slipway.inference.engine.InferenceException;
import dev.slipway.inference.engine.InferenceFailedException;
import dev.slipway.inference.engine.InvalidInputException;

/// Whose fault a failed run is: ONNX Runtime does not say, but its messages do.
final class OrtReasons {
  private static final String[] OF_THE_INPUTS = {
    "Got invalid dimensions for input",
    "Invalid rank for input",
    "Unexpected input data type",
    "Missing Input",
    "indices element out of data bounds",
    "out of bounds",
    "cannot be reshaped",
    "broadcast",
    "Non-zero status code returned while running"
  };

  private OrtReasons() {}

  /// The failure as the client should see it. An operator that stops on what it was given, an index
  /// beyond a table, shapes that do not go together, has been given it by the client: the model's
  /// own parts were checked when it was loaded.
  static InferenceException judge(OrtFailure problem) {
    var message = problem.getMessage() == null ? "" : problem.getMessage();
    for (var sign : OF_THE_INPUTS) {
      if (message.contains(sign)) {
        return new InvalidInputException("the model cannot compute these inputs: " + message);
      }
    }
    return new InferenceFailedException("ONNX Runtime: " + message, problem);
  }

  /// Why a model is not loaded, and what its owner can do.
  static String withWayOut(OrtFailure problem) {
    var message = problem.getMessage() == null ? "" : problem.getMessage();
    if (message.contains("Failed to construct locale")) {
      return message
          + " (a StringNormalizer needs the system's locale en_US.UTF-8: install it, on Debian in"
          + " locales-all)";
    }
    if (message.contains("Could not find an implementation for")) {
      return message
          + " (no kernel for this operator's version and types: export the model with opset 7 or"
          + " later, or convert it with onnx.version_converter)";
    }
    return message;
  }
}
