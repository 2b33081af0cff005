package dev.slipway.registry.sql;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;

/// The databases the registry lives in, and where they differ.
public sealed interface Dialect {
  /// Opens a connection; every commit waits for the disk.
  Connection connect() throws SQLException;

  /// How a table says that its rows lie in the order of its key.
  String clustered();

  /// How many connections read at once.
  int readers();

  /// The database of a URL.
  ///
  /// @param url `jdbc:postgresql://…`, `jdbc:sqlite:FILE`
  /// @throws IllegalArgumentException if it is neither
  static Dialect of(String url) {
    if (url.startsWith("jdbc:postgresql:")) {
      return new Postgres(url);
    }
    if (url.startsWith("jdbc:sqlite:")) {
      return new Sqlite(Path.of(url.substring("jdbc:sqlite:".length())));
    }
    throw new IllegalArgumentException(
        "the database \""
            + url.replaceFirst("[?].*", "?…")
            + "\" is none that can be used"
            + " (expected jdbc:postgresql://HOST:PORT/NAME or jdbc:sqlite:FILE)");
  }

  /// One file.
  record Sqlite(Path file) implements Dialect {
    private static final int BUSY_MILLIS = 10_000;

    @Override
    public Connection connect() throws SQLException {
      try {
        Path parent = file.toAbsolutePath().getParent();
        if (parent != null) {
          Files.createDirectories(parent);
        }
      } catch (IOException e) {
        throw new SQLException("cannot make the directory of " + file, e);
      }
      var settings = new Properties();
      settings.setProperty("journal_mode", "WAL");
      settings.setProperty("synchronous", "FULL");
      settings.setProperty("busy_timeout", Integer.toString(BUSY_MILLIS));
      settings.setProperty("case_sensitive_like", "true");
      settings.setProperty("cache_size", "-32768");
      return DriverManager.getConnection("jdbc:sqlite:" + file, settings);
    }

    @Override
    public String clustered() {
      return "WITHOUT ROWID";
    }

    @Override
    public int readers() {
      return 4;
    }
  }

  /// A server that others may use too.
  record Postgres(String url) implements Dialect {
    @Override
    public Connection connect() throws SQLException {
      var settings = new Properties();
      settings.setProperty("reWriteBatchedInserts", "true"); // many rows to one statement
      return DriverManager.getConnection(url, settings);
    }

    @Override
    public String clustered() {
      return "";
    }

    @Override
    public int readers() {
      return 8;
    }

    /// The URL may hold a password.
    @Override
    public String toString() {
      return url.replaceFirst("[?].*", "?…").replaceFirst("//[^/@]*@", "//…@");
    }
  }
}
