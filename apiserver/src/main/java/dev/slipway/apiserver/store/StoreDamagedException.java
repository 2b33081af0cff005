package dev.slipway.apiserver.store;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// The store's file does not hold what was written to it. It is left as it was found.
public final class StoreDamagedException extends StoreOpenException {
  private static final long serialVersionUID = 1L;

  StoreDamagedException(Path file, String problem, @Nullable Throwable cause) {
    super(
        "the store "
            + file
            + " is damaged: "
            + problem
            + "; restore it from a copy, or move it away to start with an empty store",
        cause);
  }
}
