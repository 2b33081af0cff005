package dev.slipway.apiserver.store;

import org.jspecify.annotations.Nullable;

/// A store could not be opened; the message is a sentence for the person who started the program.
/// Nothing on disk was changed.
public abstract sealed class StoreOpenException extends RuntimeException
    permits DataDirectoryInUseException,
        DataDirectoryUnusableException,
        StoreDamagedException,
        StoreFormatException {
  private static final long serialVersionUID = 1L;

  StoreOpenException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
