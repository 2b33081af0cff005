package dev.slipway.apiserver.store;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// The data directory cannot be made, read or written.
public final class DataDirectoryUnusableException extends StoreOpenException {
  private static final long serialVersionUID = 1L;

  DataDirectoryUnusableException(Path directory, String problem, @Nullable Throwable cause) {
    super(
        "the data directory "
            + directory
            + " cannot be used: "
            + problem
            + "; make it writable for this user, or choose another directory",
        cause);
  }
}
