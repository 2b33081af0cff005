package dev.slipway.inference.artifact;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/// A lock on a file that holds among threads and among processes.
///
/// The operating system's locks belong to the process and the JVM refuses a second one on the same
/// file, so threads first settle it among themselves by a semaphore in one table of this process;
/// whoever is first then takes the file lock, whoever is last gives it back. Locks die with their
/// process, so a crash leaves none behind.
final class PathLock implements AutoCloseable {
  private static final int ALL = 1 << 20;
  private static final Map<Path, Hold> HOLDS = new HashMap<>();

  /// One file's lock in this process. `users` is guarded by [#HOLDS], the rest by the hold itself.
  private static final class Hold {
    final Semaphore permits = new Semaphore(ALL, true);
    int users;
    int sharers;
    @Nullable FileChannel channel;
  }

  private final Path file;
  private final Hold hold;
  private final int permits;
  private boolean closed;

  private PathLock(Path file, Hold hold, int permits) {
    this.file = file;
    this.hold = hold;
    this.permits = permits;
  }

  /// Waits until no one else holds the file.
  static PathLock exclusive(Path file) throws IOException, InterruptedException {
    return wait(file, ALL);
  }

  /// Waits until no one holds the file alone.
  static PathLock shared(Path file) throws IOException, InterruptedException {
    return wait(file, 1);
  }

  private static PathLock wait(Path file, int permits) throws IOException, InterruptedException {
    Path key = key(file);
    Hold hold = enter(key);
    boolean done = false;
    try {
      hold.permits.acquire(permits);
      done = lock(hold, key, permits, true);
      return new PathLock(key, hold, permits);
    } finally {
      if (!done) {
        leave(key, hold);
      }
    }
  }

  /// Empty where someone holds the file.
  static Optional<PathLock> tryExclusive(Path file) throws IOException {
    Path key = key(file);
    Hold hold = enter(key);
    if (!hold.permits.tryAcquire(ALL)) {
      leave(key, hold);
      return Optional.empty();
    }
    boolean done = false;
    try {
      done = lock(hold, key, ALL, false);
      return done ? Optional.of(new PathLock(key, hold, ALL)) : Optional.empty();
    } finally {
      if (!done) {
        leave(key, hold);
      }
    }
  }

  /// Takes the file lock unless this process shares it already; gives the permits back on failure.
  private static boolean lock(Hold hold, Path file, int permits, boolean wait) throws IOException {
    synchronized (hold) {
      boolean done = false;
      try {
        done = hold.sharers > 0 || open(hold, file, permits != ALL, wait);
        hold.sharers += done && permits != ALL ? 1 : 0;
        return done;
      } finally {
        if (!done) {
          hold.permits.release(permits);
        }
      }
    }
  }

  private static boolean open(Hold hold, Path file, boolean shared, boolean wait)
      throws IOException {
    FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    FileLock lock = null;
    try {
      lock = wait ? channel.lock(0, Long.MAX_VALUE, shared) : channel.tryLock();
    } finally {
      if (lock == null) {
        channel.close();
      } else {
        hold.channel = channel;
      }
    }
    return lock != null;
  }

  private static Path key(Path file) throws IOException {
    return Files.createDirectories(file.toAbsolutePath().getParent())
        .toRealPath()
        .resolve(file.getFileName());
  }

  private static Hold enter(Path file) {
    synchronized (HOLDS) {
      Hold hold = HOLDS.computeIfAbsent(file, _ -> new Hold());
      hold.users++;
      return hold;
    }
  }

  private static void leave(Path file, Hold hold) {
    synchronized (HOLDS) {
      if (--hold.users == 0) {
        HOLDS.remove(file);
      }
    }
  }

  /// Gives the file back; a second time does nothing.
  @Override
  public void close() throws IOException {
    synchronized (hold) {
      if (closed) {
        return;
      }
      closed = true;
      if (permits == ALL || --hold.sharers == 0) {
        giveBack();
      }
    }
    hold.permits.release(permits);
    leave(file, hold);
  }

  private void giveBack() throws IOException {
    FileChannel channel = hold.channel;
    hold.channel = null;
    if (channel != null) {
      channel.close();
    }
  }
}
