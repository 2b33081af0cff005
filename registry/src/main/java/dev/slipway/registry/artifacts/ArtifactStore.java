package dev.slipway.registry.artifacts;

import dev.slipway.base.Json;
import dev.slipway.registry.RegistryException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// Files of runs, models and traces, a tree of paths with `/`. Thread-safe.
///
/// A file is there whole or not at all. Paths come from clients: one that would leave the tree is
/// refused by every method.
public interface ArtifactStore {
  String SCHEME = "mlflow-artifacts:";

  /// One entry of a directory.
  ///
  /// @param bytes of a file
  record Entry(String name, boolean directory, long bytes) {
    /// As MLflow's JSON has it.
    public ObjectNode json(String prefix) {
      ObjectNode entry = Json.object().put("path", prefix.isEmpty() ? name : prefix + "/" + name);
      entry.put("is_dir", directory);
      return directory ? entry : entry.put("file_size", bytes);
    }
  }

  /// A file being read.
  record Content(InputStream stream, long bytes) implements AutoCloseable {
    @Override
    public void close() throws IOException {
      stream.close();
    }
  }

  /// The path that a URI of this store names; empty for a URI of another.
  ///
  /// @param uri `mlflow-artifacts:/path`, `mlflow-artifacts://host:port/path`
  static Optional<String> path(String uri) {
    if (!uri.startsWith(SCHEME)) {
      return Optional.empty();
    }
    String rest = uri.substring(SCHEME.length());
    if (rest.startsWith("//")) {
      int slash = rest.indexOf('/', 2);
      rest = slash < 0 ? "" : rest.substring(slash);
    }
    return Optional.of(rest.replaceFirst("^/+", ""));
  }

  /// What a directory holds, by name; empty where there is none.
  List<Entry> list(String path);

  /// Whether there is a file or a directory.
  boolean exists(String path);

  /// Reads a file; the caller closes it.
  ///
  /// @throws RegistryException if there is none
  Content open(String path) throws IOException;

  /// Keeps a file, replacing an earlier one.
  ///
  /// @throws IOException if the bytes cannot be read, or not be kept
  void put(String path, InputStream bytes) throws IOException;

  /// Removes a file, or a directory with all in it.
  ///
  /// @throws RegistryException if there is none
  void delete(String path) throws IOException;

  /// Where a model server of this machine reads a path: a path on disk, or a URI.
  String place(String path);

  /// Where a client may read a file without coming here; empty where that is not possible.
  Optional<URI> elsewhere(String path);

  /// Files that arrive in parts.
  Uploads uploads();

  static RegistryException missing(String path) {
    return RegistryException.missing("No such artifact: '" + path + "'");
  }
}
