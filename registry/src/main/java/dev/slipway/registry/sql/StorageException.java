package dev.slipway.registry.sql;

/// The database failed: nothing of the work was kept.
public final class StorageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  StorageException(String message, Throwable cause) {
    super(message, cause);
  }
}
