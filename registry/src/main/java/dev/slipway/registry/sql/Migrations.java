package dev.slipway.registry.sql;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;

/// Brings the tables of a database up to date: numbered scripts, each once, all in one transaction.
final class Migrations {
  private Migrations() {}

  /// @throws StorageException if the database was made by a later build
  static void run(Dialect dialect, Tables tables) throws SQLException {
    try (Session session = Committer.open(dialect)) {
      session.execute(
          "CREATE TABLE IF NOT EXISTS "
              + tables.versions()
              + " (version BIGINT NOT NULL PRIMARY KEY)");
      long version =
          session
              .first("SELECT max(version) FROM " + tables.versions(), row -> row.number(1))
              .orElse(0L);
      if (version > tables.scripts().size()) {
        throw new StorageException(
            "the tables of "
                + tables.versions()
                + " have version "
                + version
                + ", this build knows "
                + tables.scripts().size(),
            new SQLException("later version"));
      }
      for (int next = (int) version; next < tables.scripts().size(); next++) {
        apply(session, dialect, tables, tables.scripts().get(next));
        session.update(
            "INSERT INTO " + tables.versions() + " (version) VALUES (?)", (long) next + 1);
      }
      session.commit();
    }
  }

  private static void apply(Session session, Dialect dialect, Tables tables, String script) {
    for (String statement : text(tables, script).split(";\\s*\\n", -1)) {
      String sql = statement.replaceAll("(?m)^--.*$", "").strip();
      if (!sql.isEmpty()) {
        session.execute(sql.replace("/*clustered*/", dialect.clustered()));
      }
    }
  }

  private static String text(Tables tables, String script) {
    try (InputStream in = tables.beside().getResourceAsStream(script)) {
      if (in == null) {
        throw new IllegalStateException("no " + script + " beside " + tables.beside());
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
