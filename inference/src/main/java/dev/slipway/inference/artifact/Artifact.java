package dev.slipway.inference.artifact;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Optional;

/// Files on this machine's disk, read-only, kept from eviction until closed.
///
/// Close it when the model is unloaded; a process that dies lets go of it too.
public final class Artifact implements AutoCloseable {
  private final Path path;
  private final String version;
  private final boolean cached;
  private final Optional<PathLock> lease;

  Artifact(Path path, String version, boolean cached, Optional<PathLock> lease) {
    this.path = path;
    this.version = version;
    this.cached = cached;
    this.lease = lease;
  }

  /// The file, or the directory where the URI names several or an archive.
  public Path path() {
    return path;
  }

  /// Names this content among all the URI ever had; `""` for files used in place.
  public String version() {
    return version;
  }

  /// Whether nothing had to be downloaded.
  public boolean cached() {
    return cached;
  }

  @Override
  public void close() {
    try {
      if (lease.isPresent()) {
        lease.get().close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
