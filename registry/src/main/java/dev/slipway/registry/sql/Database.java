package dev.slipway.registry.sql;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Semaphore;

/// Tables that are kept. Thread-safe.
///
/// Reads see what was committed before they began, each on a connection of its own; writes of all
/// callers go through one `Committer`, which answers them when they are on disk.
public final class Database implements AutoCloseable {
  private final Dialect dialect;
  private final Committer committer;
  private final ArrayBlockingQueue<Session> idle;
  private final Semaphore readers;

  private Database(Dialect dialect) throws SQLException {
    this.dialect = dialect;
    idle = new ArrayBlockingQueue<>(dialect.readers());
    readers = new Semaphore(dialect.readers());
    committer = new Committer(dialect);
  }

  /// Opens a database and brings its tables up to date.
  ///
  /// @param url see [Dialect#of]
  /// @throws StorageException if it cannot be used
  public static Database open(String url) {
    return open(url, Tables.REGISTRY);
  }

  /// Opens a database for other tables.
  ///
  /// @throws StorageException if it cannot be used
  public static Database open(String url, Tables tables) {
    var dialect = Dialect.of(url);
    try {
      Migrations.run(dialect, tables);
      return new Database(dialect);
    } catch (SQLException e) {
      throw new StorageException(
          "the database " + dialect + " cannot be opened: " + e.getMessage(), e);
    }
  }

  /// Answers from what is committed.
  public <T> T read(Work<T> work) {
    readers.acquireUninterruptibly();
    try {
      Session session = taken();
      boolean sound = false;
      try {
        T answer = work.run(session);
        session.rollback();
        sound = true;
        return answer;
      } finally {
        giveBack(session, sound);
      }
    } catch (SQLException e) {
      throw Session.failed("read", e);
    } finally {
      readers.release();
    }
  }

  private Session taken() throws SQLException {
    Session session = idle.poll();
    return session == null ? Committer.open(dialect) : session;
  }

  private void giveBack(Session session, boolean sound) {
    boolean usable = sound;
    if (!usable) {
      try {
        session.rollback();
        usable = true;
      } catch (SQLException _) {
        usable = false; // the connection is broken; the next reader opens another
      }
    }
    if (!usable || !idle.offer(session)) {
      session.close();
    }
  }

  /// Does work in a transaction, and returns when it is on disk.
  public <T> T write(Work<T> work) {
    return committer.submit(work);
  }

  @Override
  public void close() {
    committer.close();
    List<Session> open = new ArrayList<>();
    idle.drainTo(open);
    open.forEach(Session::close);
  }
}
