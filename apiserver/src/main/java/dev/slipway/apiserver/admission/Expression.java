package dev.slipway.apiserver.admission;

import dev.slipway.apiserver.cel.CelCompilation;
import dev.slipway.apiserver.cel.CelException;
import dev.slipway.apiserver.cel.CelProgram;
import java.util.Map;

/// A CEL expression of a policy or a match condition, compiled once. One that does not compile
/// fails whenever it is evaluated.
record Expression(String text, CelCompilation compiled) {

  /// What an expression came to.
  sealed interface Result {
    record Value(Object value) implements Result {
      boolean isTrue() {
        return Boolean.TRUE.equals(value);
      }

      boolean isFalse() {
        return Boolean.FALSE.equals(value);
      }
    }

    /// @param message in upstream's words
    record Failure(String message) implements Result {}
  }

  Result evaluate(Map<String, ?> variables) {
    return switch (compiled) {
      case CelCompilation.Refused(String message) ->
          new Result.Failure("compilation error: compilation failed: " + message);
      case CelCompilation.Program(CelProgram program) -> run(program, variables);
    };
  }

  private Result run(CelProgram program, Map<String, ?> variables) {
    try {
      return new Result.Value(program.evaluate(variables));
    } catch (CelException failed) {
      return new Result.Failure(
          "expression '%s' resulted in error: %s".formatted(text, failed.getMessage()));
    }
  }
}
