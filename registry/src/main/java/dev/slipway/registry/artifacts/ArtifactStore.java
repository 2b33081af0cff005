package dev.slipway.registry.artifacts;

import dev.slipway.base.Json;
import dev.slipway.registry.RegistryException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.databind.node.ObjectNode;

/// Files of runs and models, a tree under one directory. Thread-safe.
///
/// A file is there whole or not at all: it is written under another name, brought to disk, and
/// renamed.
public final class ArtifactStore {
  private static final String SCHEME = "mlflow-artifacts:";
  private static final String UPLOADS = ".uploads";

  private final Path root;

  /// @param root made when first written to
  public ArtifactStore(Path root) {
    this.root = root.toAbsolutePath().normalize();
  }

  /// One entry of a directory.
  ///
  /// @param bytes of a file
  public record Entry(String name, boolean directory, long bytes) {
    /// As MLflow's JSON has it.
    public ObjectNode json(String prefix) {
      ObjectNode entry = Json.object().put("path", prefix.isEmpty() ? name : prefix + "/" + name);
      entry.put("is_dir", directory);
      return directory ? entry : entry.put("file_size", bytes);
    }
  }

  /// Where a path is on disk.
  ///
  /// @param path decoded, relative, with `/`
  /// @throws RegistryException if it is none that stays inside
  public Path at(String path) {
    Path found = root.resolve(SafePath.checked(path)).normalize();
    if (!found.startsWith(root) || found.startsWith(root.resolve(UPLOADS))) {
      throw SafePath.invalid();
    }
    return found;
  }

  /// The path that a URI of this store names; empty for a URI of another.
  ///
  /// @param uri `mlflow-artifacts:/path`, `mlflow-artifacts://host:port/path`
  public static Optional<String> path(String uri) {
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
  public List<Entry> list(String path) {
    Path directory = path.isEmpty() ? root : at(path);
    var found = new ArrayList<Entry>();
    if (!Files.isDirectory(directory)) {
      return found;
    }
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path each : entries) {
        if (!each.equals(root.resolve(UPLOADS))) {
          found.add(entry(each));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list " + path, e);
    }
    found.sort(Comparator.comparing(Entry::name));
    return found;
  }

  private static Entry entry(Path path) throws IOException {
    var attributes = Files.readAttributes(path, BasicFileAttributes.class);
    boolean directory = attributes.isDirectory();
    return new Entry(
        String.valueOf(path.getFileName()), directory, directory ? 0 : attributes.size());
  }

  /// The file at a path.
  ///
  /// @throws RegistryException if there is none
  public Path file(String path) {
    Path found = at(path);
    if (!Files.isRegularFile(found, LinkOption.NOFOLLOW_LINKS)) {
      throw RegistryException.missing("No such artifact: '" + path + "'");
    }
    return found;
  }

  /// Keeps a file, replacing an earlier one.
  ///
  /// @throws IOException if the bytes cannot be read, or not be kept
  public void put(String path, InputStream bytes) throws IOException {
    Path target = at(path);
    if (target.equals(root) || Files.isDirectory(target)) {
      throw RegistryException.invalid("'" + path + "' is a directory, not a file");
    }
    Path part = uploads().resolve(UUID.randomUUID().toString());
    try {
      Files.copy(bytes, part);
      place(part, target);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  void place(Path part, Path target) throws IOException {
    try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
    Path parent = target.getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    if (parent != null) {
      try (FileChannel channel = FileChannel.open(parent, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }

  Path uploads() throws IOException {
    return Files.createDirectories(root.resolve(UPLOADS));
  }

  /// Removes a file, or a directory with all in it.
  ///
  /// @throws RegistryException if there is none
  public void delete(String path) throws IOException {
    Path target = at(path);
    if (target.equals(root) || !Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      throw RegistryException.missing("No such artifact: '" + path + "'");
    }
    remove(target);
  }

  static void remove(Path tree) throws IOException {
    Files.walkFileTree(
        tree,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(
              Path directory, @org.jspecify.annotations.Nullable IOException problem)
              throws IOException {
            Files.delete(directory);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
