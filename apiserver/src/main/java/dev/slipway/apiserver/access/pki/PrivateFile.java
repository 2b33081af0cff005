package dev.slipway.apiserver.access.pki;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;

/// Small text files that only their owner may read (mode 0600), replaced whole: a reader sees the
/// old text or the new one, also after a crash.
final class PrivateFile {
  private PrivateFile() {}

  /// Empty where there is no such file.
  ///
  /// @throws PkiException if it is there but cannot be read
  static Optional<String> read(Path file) {
    try {
      return Optional.of(Files.readString(file));
    } catch (NoSuchFileException _) {
      return Optional.empty();
    } catch (IOException e) {
      throw new PkiException(file, "cannot read", e);
    }
  }

  /// Directories on the way are made with mode 0700.
  ///
  /// @throws PkiException if it cannot be written; the old file is then untouched
  static void write(Path file, String text) {
    try {
      Path directory = file.toAbsolutePath().resolveSibling(".").normalize();
      makeDirectory(directory);
      Path fresh = Files.createTempFile(directory, "." + file.getFileName(), ".new", ownerOnly());
      try {
        fill(fresh, text);
        replace(fresh, file);
      } finally {
        Files.deleteIfExists(fresh);
      }
    } catch (IOException e) {
      throw new PkiException(file, "cannot write", e);
    }
  }

  /// Does nothing where there is no such file.
  static void remove(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new PkiException(file, "cannot remove", e);
    }
  }

  private static void makeDirectory(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      Files.createDirectories(
          directory,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
  }

  private static FileAttribute<?> ownerOnly() {
    return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
  }

  private static void fill(Path file, String text) throws IOException {
    try (var channel = FileChannel.open(file, Set.of(StandardOpenOption.WRITE))) {
      var bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
  }

  private static void replace(Path fresh, Path file) throws IOException {
    try {
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException _) {
      Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING);
    }
  }
}
