package dev.slipway.app;

import java.net.ConnectException;
import org.jspecify.annotations.Nullable;

/// Failures as one sentence a user can act on.
final class Failures {
  private Failures() {}

  static String sentence(Throwable failure) {
    if (failure instanceof UserException told) {
      return String.valueOf(told.getMessage());
    }
    if (cause(failure, ConnectException.class) != null) {
      return "no Slipway answers there; start one with: slipway up";
    }
    String message = failure.getMessage();
    if (message != null && message.contains("Address already in use")) {
      return message.replaceAll(": [^:]*Address already in use", "")
          + ": another program listens there; choose another with --port or --api-port";
    }
    return message == null || message.isBlank() ? failure.getClass().getSimpleName() : message;
  }

  private static <T extends Throwable> @Nullable T cause(Throwable failure, Class<T> type) {
    for (Throwable each = failure; each != null; each = each.getCause()) {
      if (type.isInstance(each)) {
        return type.cast(each);
      }
    }
    return null;
  }
}
