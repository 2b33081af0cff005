package dev.slipway.inference.engine;

import org.jspecify.annotations.Nullable;

/// A model gives no answer.
public abstract sealed class InferenceException extends RuntimeException
    permits InvalidInputException, InferenceFailedException {
  private static final long serialVersionUID = 1L;

  InferenceException(String message, @Nullable Throwable cause, boolean withTrace) {
    super(message, cause, false, withTrace);
  }
}
