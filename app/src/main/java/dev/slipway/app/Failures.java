package dev.slipway.app;

import java.net.BindException;
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
    @Nullable BindException bind = cause(failure, BindException.class);
    if (bind != null) {
      return "cannot listen: " + bind.getMessage();
    }
    String message = failure.getMessage();
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
