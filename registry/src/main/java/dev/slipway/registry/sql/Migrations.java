package dev.slipway.registry.sql;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.List;

/// Brings the tables of a database up to date: numbered scripts, each once, all in one transaction.
final class Migrations {
  private static final List<String> SCRIPTS = List.of("001-tables.sql", "002-traces.sql");

  private Migrations() {}

  /// @throws StorageException if the database was made by a later build
  static void run(Dialect dialect) throws SQLException {
    try (Session session = Committer.open(dialect)) {
      session.execute(
          "CREATE TABLE IF NOT EXISTS registry_schema (version BIGINT NOT NULL PRIMARY KEY)");
      long version =
          session
              .first("SELECT max(version) FROM registry_schema", row -> row.number(1))
              .orElse(0L);
      if (version > SCRIPTS.size()) {
        throw new StorageException(
            "the registry's tables have version "
                + version
                + ", this build knows "
                + SCRIPTS.size(),
            new SQLException("later version"));
      }
      for (int next = (int) version; next < SCRIPTS.size(); next++) {
        apply(session, dialect, SCRIPTS.get(next));
        session.update("INSERT INTO registry_schema (version) VALUES (?)", (long) next + 1);
      }
      session.commit();
    }
  }

  private static void apply(Session session, Dialect dialect, String script) {
    for (String statement : text(script).split(";\\s*\\n", -1)) {
      String sql = statement.replaceAll("(?m)^--.*$", "").strip();
      if (!sql.isEmpty()) {
        session.execute(sql.replace("/*clustered*/", dialect.clustered()));
      }
    }
  }

  private static String text(String script) {
    try (InputStream in = Migrations.class.getResourceAsStream(script)) {
      if (in == null) {
        throw new IllegalStateException("no " + script + " beside the class");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
