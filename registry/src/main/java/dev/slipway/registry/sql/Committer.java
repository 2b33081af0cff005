package dev.slipway.registry.sql;

import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One thread that writes for all: it takes what is waiting, does each work in turn, and commits
/// once.
///
/// Implementation note: each work of several has a savepoint, so that one that throws is undone
/// alone while the others of its turn are kept. A caller is answered after the commit, never
/// before. A
/// connection on which a commit failed is not used again. Work that lost a race with another
/// process (PostgreSQL) is done once more, in a turn of its own.
final class Committer implements AutoCloseable {
  private static final int WAITING = 4096;
  private static final int TURN = 512;
  private static final long IDLE_MILLIS = 200;

  private final Dialect dialect;
  private final ArrayBlockingQueue<Item<?>> waiting = new ArrayBlockingQueue<>(WAITING);
  private final Thread thread;
  private volatile boolean closed;
  private @Nullable Session session; // the thread's alone

  Committer(Dialect dialect) throws SQLException {
    this.dialect = dialect;
    session = open(dialect);
    thread = Thread.ofPlatform().name("registry-writer").daemon().start(this::loop);
  }

  static Session open(Dialect dialect) throws SQLException {
    var connection = dialect.connect();
    connection.setAutoCommit(false);
    return new Session(connection);
  }

  <T> T submit(Work<T> work) {
    var item = new Item<>(work);
    try {
      waiting.put(item);
      if (closed) {
        refuseWaiting();
      }
      return item.done.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StorageException("interrupted while writing to the registry's database", e);
    } catch (ExecutionException e) {
      throw rethrown(e.getCause());
    }
  }

  private static RuntimeException rethrown(@Nullable Throwable cause) {
    if (cause instanceof RuntimeException known) {
      return known;
    }
    return new StorageException("the registry's database failed", new SQLException(cause));
  }

  private void loop() {
    var turn = new ArrayList<Item<?>>();
    while (!closed || !waiting.isEmpty()) {
      try {
        var first = waiting.poll(IDLE_MILLIS, TimeUnit.MILLISECONDS);
        if (first == null) {
          continue;
        }
        turn.add(first);
        waiting.drainTo(turn, TURN - 1);
        run(turn);
      } catch (InterruptedException _) {
        closed = true;
      } finally {
        turn.clear();
      }
    }
    refuseWaiting();
    if (session != null) {
      session.close();
    }
  }

  private void run(List<Item<?>> turn) {
    try {
      Session open = session();
      for (Item<?> item : turn) {
        item.attempt(open, turn.size() > 1);
      }
      if (turn.stream().anyMatch(Item::succeeded)) {
        open.commit();
      } else {
        open.rollback();
      }
    } catch (SQLException | RuntimeException e) {
      drop();
      var failure = new StorageException("the registry's database could not write: " + e, e);
      turn.forEach(item -> item.fail(failure));
    }
    turn.forEach(Item::answer);
  }

  private Session session() throws SQLException {
    if (session == null) {
      session = open(dialect);
    }
    return session;
  }

  private void drop() {
    if (session != null) {
      session.close();
      session = null;
    }
  }

  private void refuseWaiting() {
    var failure = new StorageException("the registry is ending", new SQLException("closed"));
    for (var item = waiting.poll(); item != null; item = waiting.poll()) {
      item.fail(failure);
      item.answer();
    }
  }

  @Override
  public void close() {
    closed = true;
    try {
      thread.join();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /// Work with its caller.
  private static final class Item<T> {
    private final Work<T> work;
    private final CompletableFuture<T> done = new CompletableFuture<>();
    private @Nullable T result;
    private @Nullable RuntimeException problem;

    Item(Work<T> work) {
      this.work = work;
    }

    /// @param shared whether others are in this turn, whose work is kept if this one's is not
    void attempt(Session session, boolean shared) throws SQLException {
      @Nullable Savepoint before = shared ? session.connection().setSavepoint() : null;
      try {
        result = work.run(session);
      } catch (RuntimeException failure) {
        undo(session, before);
        if (lostRace(failure)) {
          again(session, before);
        } else {
          problem = failure;
        }
      }
      if (before != null) {
        session.connection().releaseSavepoint(before);
      }
    }

    private void again(Session session, @Nullable Savepoint before) throws SQLException {
      try {
        result = work.run(session);
      } catch (RuntimeException failure) {
        undo(session, before);
        problem = failure;
      }
    }

    private static void undo(Session session, @Nullable Savepoint before) throws SQLException {
      if (before == null) {
        session.rollback();
      } else {
        session.connection().rollback(before);
      }
    }

    /// Whether another process wrote the same key first: unique violation.
    private static boolean lostRace(RuntimeException failure) {
      return failure.getCause() instanceof SQLException sql && "23505".equals(sql.getSQLState());
    }

    boolean succeeded() {
      return problem == null;
    }

    void fail(RuntimeException failure) {
      problem = failure;
    }

    @SuppressWarnings("NullAway") // a result may be null where T is Void
    void answer() {
      if (problem != null) {
        done.completeExceptionally(problem);
      } else {
        done.complete(result);
      }
    }
  }
}
