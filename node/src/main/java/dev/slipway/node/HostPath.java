package dev.slipway.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;

/// Whether what a `hostPath` names is what its type says; makes it only where the type asks for it.
///
/// Source: Kubernetes, `pkg/volume/hostpath/host_path.go`.
final class HostPath {
  private static final int TYPE_BITS = 0170000;
  private static final int SOCKET = 0140000;
  private static final int BLOCK = 0060000;
  private static final int CHARACTERS = 0020000;

  private HostPath() {}

  /// @param type `Directory`, `FileOrCreate`, …; empty for whatever is there
  /// @throws IOException if it is not so, in a kubelet's words
  static Path checked(Path path, String type) throws IOException {
    switch (type) {
      case "DirectoryOrCreate" -> makeDirectory(path);
      case "FileOrCreate" -> makeFile(path);
      default -> {}
    }
    var wanted =
        switch (type) {
          case "Directory", "DirectoryOrCreate" -> Files.isDirectory(path) ? "" : "directory";
          case "File", "FileOrCreate" -> Files.isRegularFile(path) ? "" : "file";
          case "Socket" -> isA(path, SOCKET) ? "" : "socket file";
          case "CharDevice" -> isA(path, CHARACTERS) ? "" : "character device";
          case "BlockDevice" -> isA(path, BLOCK) ? "" : "block device";
          default -> "";
        };
    if (!wanted.isEmpty()) {
      throw new IOException("hostPath type check failed: " + path + " is not a " + wanted);
    }
    return path;
  }

  private static void makeDirectory(Path path) throws IOException {
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      Files.createDirectories(path);
    }
  }

  private static void makeFile(Path path) throws IOException {
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      Files.createFile(path);
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-r--r--"));
    }
  }

  private static boolean isA(Path path, int type) {
    try {
      if (!Files.readAttributes(path, BasicFileAttributes.class).isOther()) {
        return false;
      }
      return Files.getAttribute(path, "unix:mode") instanceof Integer mode
          && (mode & TYPE_BITS) == type;
    } catch (IOException | UnsupportedOperationException _) {
      return false;
    }
  }
}
