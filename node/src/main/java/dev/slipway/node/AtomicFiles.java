package dev.slipway.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Files of a volume that change all at once: they are in a directory of their own, `..data` leads
/// to it, and their names lead into `..data`.
///
/// Source: Kubernetes, `pkg/volume/util/atomic_writer.go`.
final class AtomicFiles {
  private static final String DATA = "..data";

  private final Path directory;

  AtomicFiles(Path directory) {
    this.directory = directory;
  }

  /// @param mode permissions: 0644 in octal
  @SuppressWarnings("ArrayRecordComponent") // compared by hand
  record Content(byte[] bytes, int mode) {}

  /// Has these files there, and no others.
  ///
  /// @param version of the new directory's name; no earlier one may have been called so
  /// @return whether anything differs from before
  /// @throws IOException if a name leads out, or a file cannot be written
  boolean write(Map<String, Content> files, String version) throws IOException {
    Files.createDirectories(directory);
    var before = before();
    if (before != null && holds(before, files)) {
      return false;
    }
    var made = Files.createDirectory(directory.resolve(".." + version));
    for (var each : files.entrySet()) {
      write(made, each.getKey(), each.getValue());
    }
    var link = Files.createSymbolicLink(directory.resolve("..data_tmp"), made.getFileName());
    Files.move(
        link,
        directory.resolve(DATA),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
    links(files.keySet());
    if (before != null) {
      Trees.delete(before);
    }
    return true;
  }

  private @Nullable Path before() throws IOException {
    var link = directory.resolve(DATA);
    return Files.isSymbolicLink(link) ? directory.resolve(Files.readSymbolicLink(link)) : null;
  }

  private static boolean holds(Path present, Map<String, Content> files) throws IOException {
    try (var all = Files.walk(present)) {
      if (all.filter(Files::isRegularFile).count() != files.size()) {
        return false;
      }
    }
    for (var each : files.entrySet()) {
      var file = present.resolve(each.getKey());
      if (!Files.isRegularFile(file)
          || !Arrays.equals(Files.readAllBytes(file), each.getValue().bytes)) {
        return false;
      }
    }
    return true;
  }

  private static void write(Path into, String name, Content content) throws IOException {
    var file = into.resolve(name).normalize();
    if (!file.startsWith(into) || name.isEmpty()) {
      throw new IOException("\"" + name + "\" leads out of its volume");
    }
    Files.createDirectories(file.getParent());
    Files.write(file, content.bytes);
    Files.setPosixFilePermissions(file, permissions(content.mode));
  }

  private static Set<PosixFilePermission> permissions(int mode) {
    var found = EnumSet.noneOf(PosixFilePermission.class);
    var all = PosixFilePermission.values(); // owner, group, others: read, write, execute each
    for (int i = 0; i < all.length; i++) {
      if ((mode >> (all.length - 1 - i) & 1) == 1) {
        found.add(all[i]);
      }
    }
    return found;
  }

  private void links(Set<String> names) throws IOException {
    var wanted = new HashSet<String>();
    for (var each : names) {
      wanted.add(Path.of(each).getName(0).toString());
    }
    for (var each : wanted) {
      var link = directory.resolve(each);
      if (!Files.exists(link, LinkOption.NOFOLLOW_LINKS)) {
        Files.createSymbolicLink(link, Path.of(DATA, each));
      }
    }
    try (var present = Files.list(directory)) {
      for (var each : present.toList()) {
        var name = each.getFileName().toString();
        if (!name.startsWith("..") && !wanted.contains(name)) {
          Files.deleteIfExists(each);
        }
      }
    }
  }
}
