package dev.slipway.apiserver.store;

import java.nio.file.Path;

/// Another process, or another store of this one, holds the data directory.
public final class DataDirectoryInUseException extends StoreOpenException {
  private static final long serialVersionUID = 1L;

  private final long pid;

  /// @param pid of the process that holds the directory; 0 where it is not known
  DataDirectoryInUseException(Path directory, long pid) {
    super(
        "the data directory "
            + directory
            + " is in use by "
            + (pid == 0 ? "another process" : "process " + pid)
            + "; stop it, or choose another directory",
        null);
    this.pid = pid;
  }

  /// The process that holds the directory; 0 where it is not known.
  public long pid() {
    return pid;
  }
}
