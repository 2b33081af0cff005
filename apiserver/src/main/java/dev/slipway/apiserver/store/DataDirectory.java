package dev.slipway.apiserver.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The directory a store lives in: private to its user, and held by one store at a time.
///
/// Implementation note: the operating system frees the lock when the process ends, however it ends.
/// A process that opens and closes the lock file a second time would lose its own lock (POSIX
/// `fcntl`), so the directories held by this process are also kept in a set, asked first.
final class DataDirectory implements AutoCloseable {
  static final Set<PosixFilePermission> PRIVATE_FILE = PosixFilePermissions.fromString("rw-------");
  private static final Set<PosixFilePermission> PRIVATE_DIRECTORY =
      PosixFilePermissions.fromString("rwx------");
  private static final String LOCK = "store.lock";
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();
  private static final Logger log = LoggerFactory.getLogger(DataDirectory.class);

  private final Path path;
  private final FileChannel lock;

  private DataDirectory(Path path, FileChannel lock) {
    this.path = path;
    this.lock = lock;
  }

  /// Makes the directory where it does not exist and takes hold of it.
  ///
  /// @throws DataDirectoryInUseException if someone else holds it
  /// @throws DataDirectoryUnusableException if it cannot be made or written
  static DataDirectory hold(Path directory) {
    Path real = made(directory);
    if (!HELD.add(real)) {
      throw new DataDirectoryInUseException(directory, ProcessHandle.current().pid());
    }
    try {
      return new DataDirectory(real, lock(directory, real));
    } catch (IOException e) {
      HELD.remove(real);
      throw unusable(directory, e);
    } catch (RuntimeException e) {
      HELD.remove(real);
      throw e;
    }
  }

  Path path() {
    return path;
  }

  @Override
  public void close() {
    try {
      lock.close();
    } catch (IOException e) {
      log.warn("could not release {}", path.resolve(LOCK), e);
    } finally {
      HELD.remove(path);
    }
  }

  private static Path made(Path directory) {
    try {
      Path absolute = directory.toAbsolutePath();
      if (absolute.getParent() != null) {
        Files.createDirectories(absolute.getParent());
      }
      try {
        Files.createDirectory(absolute, PosixFilePermissions.asFileAttribute(PRIVATE_DIRECTORY));
      } catch (FileAlreadyExistsException e) {
        if (!Files.isDirectory(absolute)) {
          throw new DataDirectoryUnusableException(directory, "it is a file", e);
        }
        keepPrivate(absolute);
      }
      return absolute.toRealPath();
    } catch (IOException e) {
      throw unusable(directory, e);
    }
  }

  /// Closes a directory to others if it is ours; a directory full of something else stays as it is.
  private static void keepPrivate(Path directory) throws IOException {
    if (Files.getPosixFilePermissions(directory).equals(PRIVATE_DIRECTORY)) {
      return;
    }
    if (!Files.exists(directory.resolve(LOCK)) && !isEmpty(directory)) {
      log.warn("{} can be read by other users; make it private with chmod 700", directory);
      return;
    }
    try {
      Files.setPosixFilePermissions(directory, PRIVATE_DIRECTORY);
    } catch (IOException e) {
      log.warn("{} can be read by other users and belongs to one of them", directory, e);
    }
  }

  private static boolean isEmpty(Path directory) throws IOException {
    try (var entries = Files.newDirectoryStream(directory)) {
      return !entries.iterator().hasNext();
    }
  }

  private static FileChannel lock(Path directory, Path real) throws IOException {
    FileChannel channel =
        FileChannel.open(
            real.resolve(LOCK),
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PRIVATE_FILE));
    boolean held = false;
    try {
      held = channel.tryLock() != null;
      if (!held) {
        throw new DataDirectoryInUseException(directory, readPid(channel));
      }
      writePid(channel);
      return channel;
    } finally {
      if (!held) {
        channel.close();
      }
    }
  }

  private static long readPid(FileChannel channel) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(32);
    channel.read(bytes, 0);
    String text = new String(bytes.array(), 0, bytes.position(), StandardCharsets.US_ASCII).strip();
    return text.matches("[0-9]{1,18}") ? Long.parseLong(text) : 0;
  }

  private static void writePid(FileChannel channel) throws IOException {
    String pid = ProcessHandle.current().pid() + "\n";
    channel.truncate(0);
    channel.write(ByteBuffer.wrap(pid.getBytes(StandardCharsets.US_ASCII)), 0);
  }

  private static DataDirectoryUnusableException unusable(Path directory, IOException e) {
    String problem =
        switch (e) {
          case java.nio.file.AccessDeniedException _ -> "permission denied";
          case java.nio.file.FileSystemException failed when failed.getReason() != null ->
              failed.getFile() + ": " + failed.getReason();
          default -> e.getMessage() == null ? e.toString() : e.getMessage();
        };
    return new DataDirectoryUnusableException(directory, problem, e);
  }
}
