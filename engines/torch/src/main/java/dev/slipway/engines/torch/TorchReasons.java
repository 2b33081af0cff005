package dev.slipway.engines.torch;

import java.util.List;

/// What libtorch complains of, without its stack traces.
final class TorchReasons {
  /// Beginnings of lines that say nothing to a user.
  private static final List<String> NOISE =
      List.of(
          "The following operation failed",
          "Traceback of TorchScript",
          "Exception raised from",
          "frame #",
          "File \"",
          "~~~",
          "RuntimeError:");

  private TorchReasons() {}

  /// The line that names the error, after the trace where there is one.
  static String of(Throwable problem) {
    var message = String.valueOf(problem.getMessage());
    int error = message.lastIndexOf("RuntimeError: ");
    var rest = error < 0 ? message : message.substring(error + "RuntimeError: ".length());
    return rest.lines()
        .map(String::strip)
        .filter(line -> !line.isEmpty() && NOISE.stream().noneMatch(line::startsWith))
        .findFirst()
        .orElse(message.strip());
  }

  /// Whether another element type may be what is wanted.
  static boolean ofTypes(Throwable problem) {
    var message = String.valueOf(problem.getMessage());
    return message.contains("dtype")
        || message.contains("scalar type")
        || message.contains("same type")
        || message.contains("not implemented for '")
        || message.contains("should be the same");
  }

  /// Whether the inputs' shapes or values are to blame.
  static boolean ofInputs(Throwable problem) {
    var message = String.valueOf(problem.getMessage());
    return ofTypes(problem)
        || message.contains("shape")
        || message.contains("size")
        || message.contains("dimension")
        || message.contains("out of range")
        || message.contains("expected at most")
        || message.contains("channels")
        || message.contains("Expected");
  }
}
