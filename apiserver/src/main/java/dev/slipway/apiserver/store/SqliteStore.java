package dev.slipway.apiserver.store;

import dev.slipway.apiserver.store.Objects.StoreFailedException;
import dev.slipway.apiserver.store.Objects.Version;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteOpenMode;

/// The store in one SQLite file, `store.db`: table `changes`, one row for each kept version, and
/// table `meta` (`format`, `compacted`, `incarnation`). Any SQLite tool can read it.
///
/// Implementation note: the file is made under another name and renamed once its tables are on
/// disk, so an empty `store.db` is damage, never a start that was cut short. A connection on which
/// a write failed is not used again: the file is opened anew, and rows of a write that was reported
/// as failed, but reached the journal all the same, are taken out first. Each row carries a CRC-32C
/// of all its columns, because SQLite notices damage to its pages' structure only.
/// Source: sqlite.org/wal.html, sqlite.org/pragma.html.
final class SqliteStore implements Store {
  static final String FILE = "store.db";

  /// Raised with every change of the tables that an older build could not read.
  static final int FORMAT = 1;

  private static final long FIRST_VERSION = 1;
  private static final int JOURNAL_BYTES = 16 << 20;
  private static final int SPARE_PAGES = 1024;
  private static final int VACUUM_PAGES = 256;

  private final Path file;
  private @Nullable Session session;
  private long newest;
  private long compacted;

  private SqliteStore(Path file) {
    this.file = file;
  }

  /// Opens the store of a directory, or makes one where there is none.
  ///
  /// @throws StoreOpenException if it cannot be used; it is left as it was found
  static SqliteStore open(Path directory) {
    SqliteLibrary.unpackInto(directory);
    Path file = directory.resolve(FILE);
    try {
      if (!Files.exists(file)) {
        create(directory, file);
      }
      return new SqliteStore(file).opened();
    } catch (IOException e) {
      throw new DataDirectoryUnusableException(directory, reason(e), e);
    } catch (SQLException e) {
      throw refusal(directory, file, e);
    }
  }

  @Override
  public Position position() {
    return new Position(newest, compacted);
  }

  @Override
  public void load(Consumer<Version> each) {
    long recent = 0;
    try (Statement statement = session().connection.createStatement();
        ResultSet rows = statement.executeQuery(Row.SELECT)) {
      while (rows.next()) {
        Version version = Row.read(rows);
        if (version == null) {
          throw damaged("version " + rows.getLong(1) + " is not as it was written", null);
        }
        recent += version.resourceVersion() > compacted ? 1 : 0;
        each.accept(version);
      }
    } catch (SQLException e) {
      throw damaged(reason(e), e);
    }
    if (recent != newest - compacted) {
      throw damaged((newest - compacted - recent) + " versions are missing", null);
    }
  }

  @Override
  public void append(List<Version> batch) {
    try {
      Session open = session();
      for (Version version : batch) {
        Row.bind(open.insert, version);
        open.insert.addBatch();
      }
      open.insert.executeBatch();
      open.connection.commit();
      newest = batch.getLast().resourceVersion();
    } catch (SQLException | RuntimeException e) {
      throw failed("could not write " + batch.size() + " changes", e);
    }
  }

  @Override
  public void compact(long through, List<Long> obsolete) {
    try {
      Session open = session();
      for (long version : obsolete) {
        open.delete.setLong(1, version);
        open.delete.addBatch();
      }
      open.delete.executeBatch();
      open.compacted.setString(1, Long.toString(through));
      open.compacted.executeUpdate();
      open.giveBackPages();
      open.connection.commit();
      compacted = through;
    } catch (SQLException | RuntimeException e) {
      throw failed("could not compact", e);
    }
  }

  @Override
  public void close() {
    if (session != null) {
      session.close();
      session = null;
    }
  }

  static void force(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static void create(Path directory, Path file) throws IOException, SQLException {
    if (Files.exists(directory.resolve(FILE + "-wal"))) {
      throw new StoreDamagedException(file, "it is gone, but its journal is there", null);
    }
    Path fresh = directory.resolve(FILE + ".new");
    Files.deleteIfExists(fresh);
    Files.createFile(fresh, PosixFilePermissions.asFileAttribute(DataDirectory.PRIVATE_FILE));
    try (Connection connection = connect(fresh);
        Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA auto_vacuum = INCREMENTAL");
      statement.execute(Row.CREATE);
      statement.execute("CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL)");
      statement.execute(
          "INSERT INTO meta VALUES ('format', '%d'), ('compacted', '%d'), ('incarnation', '%s')"
              .formatted(FORMAT, FIRST_VERSION, UUID.randomUUID()));
    }
    force(fresh);
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    force(directory);
  }

  private SqliteStore opened() throws SQLException, IOException {
    if (Files.size(file) == 0) {
      throw damaged("it is empty", null);
    }
    Files.setPosixFilePermissions(file, DataDirectory.PRIVATE_FILE);
    Connection connection = connect(file);
    try {
      judge(connection);
      connection.setAutoCommit(false);
      session = new Session(connection);
      return this;
    } catch (SQLException | RuntimeException e) {
      connection.close();
      throw e;
    }
  }

  private void judge(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      if (number(statement, "SELECT count(*) FROM sqlite_schema WHERE name = 'meta'") == 0) {
        throw damaged("it is a database, but not of this program", null);
      }
      long format = meta(statement, "format");
      if (format != FORMAT) {
        throw new StoreFormatException(file, format, FORMAT);
      }
      Session.settle(statement);
      try (ResultSet found = statement.executeQuery("PRAGMA quick_check(1)")) {
        if (!found.next() || !"ok".equals(found.getString(1))) {
          throw damaged(found.getString(1), null);
        }
      }
      compacted = meta(statement, "compacted");
      newest = Math.max(compacted, number(statement, Row.NEWEST));
    }
  }

  private long meta(Statement statement, String key) throws SQLException {
    String query = "SELECT CAST(value AS INTEGER) FROM meta WHERE key = '" + key + "'";
    return number(statement, query);
  }

  private long number(Statement statement, String query) throws SQLException {
    try (ResultSet rows = statement.executeQuery(query)) {
      if (!rows.next()) {
        throw damaged("nothing answers " + query, null);
      }
      return rows.getLong(1);
    }
  }

  /// The open connection, or a new one after a failure.
  private Session session() throws SQLException {
    if (session == null) {
      Connection connection = connect(file);
      try (Statement statement = connection.createStatement()) {
        Session.settle(statement);
        statement.executeUpdate("DELETE FROM changes WHERE version > " + newest);
        connection.setAutoCommit(false);
        session = new Session(connection);
      } catch (SQLException e) {
        connection.close();
        throw e;
      }
    }
    return session;
  }

  private static Connection connect(Path file) throws SQLException {
    SQLiteConfig config = new SQLiteConfig();
    config.resetOpenMode(SQLiteOpenMode.CREATE);
    config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
    return config.createConnection("jdbc:sqlite:" + file);
  }

  private StoreFailedException failed(String what, Exception e) {
    close();
    return new StoreFailedException(
        "the store " + file + " " + what + ": " + reason(e) + "; nothing was changed", e);
  }

  private StoreDamagedException damaged(String problem, @Nullable Throwable cause) {
    return new StoreDamagedException(file, problem, cause);
  }

  private static StoreOpenException refusal(Path directory, Path file, SQLException e) {
    int code = e.getErrorCode() & 0xff;
    if (code == SQLiteErrorCode.SQLITE_CORRUPT.code
        || code == SQLiteErrorCode.SQLITE_NOTADB.code
        || code == SQLiteErrorCode.SQLITE_ERROR.code) {
      return new StoreDamagedException(file, reason(e), e);
    }
    return new DataDirectoryUnusableException(directory, reason(e), e);
  }

  private static String reason(Exception e) {
    return e.getMessage() == null ? e.toString() : e.getMessage();
  }

  /// One connection with what is prepared on it.
  private static final class Session {
    final Connection connection;
    final PreparedStatement insert;
    final PreparedStatement delete;
    final PreparedStatement compacted;

    Session(Connection connection) throws SQLException {
      this.connection = connection;
      insert = connection.prepareStatement(Row.INSERT);
      delete = connection.prepareStatement("DELETE FROM changes WHERE version = ?");
      compacted = connection.prepareStatement("UPDATE meta SET value = ? WHERE key = 'compacted'");
    }

    /// Journal beside the file, bounded; every commit waits for the disk.
    static void settle(Statement statement) throws SQLException {
      statement.execute("PRAGMA journal_mode = WAL");
      statement.execute("PRAGMA synchronous = FULL");
      statement.execute("PRAGMA journal_size_limit = " + JOURNAL_BYTES);
    }

    /// Shrinks the file, a little at a time, once it has many more free pages than writes need.
    void giveBackPages() throws SQLException {
      try (Statement statement = connection.createStatement()) {
        long free;
        try (ResultSet found = statement.executeQuery("PRAGMA freelist_count")) {
          free = found.getLong(1);
        }
        if (free > SPARE_PAGES) {
          String pages = Long.toString(Math.min(free - SPARE_PAGES, VACUUM_PAGES));
          // It has no columns and gives back one page a step: only an update runs through all.
          statement.executeUpdate("PRAGMA incremental_vacuum(" + pages + ")");
        }
      }
    }

    void close() {
      try {
        connection.close();
      } catch (SQLException e) {
        org.slf4j.LoggerFactory.getLogger(SqliteStore.class).warn("closing the store", e);
      }
    }
  }
}
