package dev.slipway.registry.artifacts;

import dev.slipway.registry.RegistryException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
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

/// Files under one directory of this machine.
///
/// A file is written under another name, brought to disk, and renamed.
public final class DiskStore implements ArtifactStore {
  private static final String UPLOADS = ".uploads";

  private final Path root;

  /// @param root made when first written to
  public DiskStore(Path root) {
    this.root = root.toAbsolutePath().normalize();
  }

  /// Where a path is on disk.
  ///
  /// @param path decoded, relative, with `/`
  /// @throws RegistryException if it is none that stays inside
  Path at(String path) {
    Path found = root.resolve(SafePath.checked(path)).normalize();
    if (!found.startsWith(root) || found.startsWith(root.resolve(UPLOADS))) {
      throw SafePath.invalid();
    }
    return found;
  }

  @Override
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

  @Override
  public boolean exists(String path) {
    return Files.exists(at(path));
  }

  @Override
  public Content open(String path) throws IOException {
    Path found = at(path);
    if (!Files.isRegularFile(found, LinkOption.NOFOLLOW_LINKS)) {
      throw ArtifactStore.missing(path);
    }
    return new Content(Files.newInputStream(found), Files.size(found));
  }

  @Override
  public String place(String path) {
    return at(path).toString();
  }

  @Override
  public Optional<URI> elsewhere(String path) {
    return Optional.empty();
  }

  @Override
  public Uploads uploads() {
    return new DiskUploads(this);
  }

  @Override
  public void put(String path, InputStream bytes) throws IOException {
    Path target = at(path);
    if (target.equals(root) || Files.isDirectory(target)) {
      throw RegistryException.invalid("'" + path + "' is a directory, not a file");
    }
    Path part = room().resolve(UUID.randomUUID().toString());
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

  /// Where files lie that are not whole yet.
  Path room() throws IOException {
    return Files.createDirectories(root.resolve(UPLOADS));
  }

  @Override
  public void delete(String path) throws IOException {
    Path target = at(path);
    if (target.equals(root) || !Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      throw ArtifactStore.missing(path);
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
