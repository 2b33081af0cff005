package dev.slipway.apiserver.cel;

/// What became of an expression a user wrote.
public sealed interface CelCompilation {
  /// It is well formed and well typed.
  record Program(CelProgram program) implements CelCompilation {}

  /// It is not.
  ///
  /// @param message the compiler's words, one line of `ERROR: <input>:1:6: …` and a pointer for
  ///     each
  ///     mistake
  record Refused(String message) implements CelCompilation {}
}
