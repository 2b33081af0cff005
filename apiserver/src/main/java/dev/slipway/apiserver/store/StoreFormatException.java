package dev.slipway.apiserver.store;

import java.nio.file.Path;

/// The store was written in a format this build does not read.
public final class StoreFormatException extends StoreOpenException {
  private static final long serialVersionUID = 1L;

  StoreFormatException(Path file, long found, long supported) {
    super(
        "the store "
            + file
            + " has format "
            + found
            + (found > supported
                ? ", written by a newer build; this build reads format "
                : ", written by an older build that cannot be carried over; this build reads format ")
            + supported,
        null);
  }
}
