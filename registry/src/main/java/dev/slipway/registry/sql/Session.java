package dev.slipway.registry.sql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One connection with what is prepared on it. One thread at a time.
///
/// Arguments are text, `Long`, `Integer`, `Double`, `byte[]` or null.
public final class Session implements AutoCloseable {
  private static final int MAX_PREPARED = 200;

  private final Connection connection;
  private final Map<String, PreparedStatement> prepared =
      new LinkedHashMap<>(MAX_PREPARED, 0.75f, true);

  Session(Connection connection) {
    this.connection = connection;
  }

  /// Runs a statement that changes rows, and says how many.
  public int update(String sql, @Nullable Object... arguments) {
    try {
      return bound(sql, arguments).executeUpdate();
    } catch (SQLException e) {
      throw failed(sql, e);
    }
  }

  /// Runs one statement with many rows of arguments. PostgreSQL inserts several at once: where it
  /// is `ON CONFLICT DO UPDATE`, no key may be there twice.
  public void batch(String sql, List<Object[]> rows) {
    try {
      PreparedStatement statement = statement(sql);
      for (Object[] row : rows) {
        bind(statement, row);
        statement.addBatch();
      }
      statement.executeBatch();
    } catch (SQLException e) {
      throw failed(sql, e);
    }
  }

  public <T> List<T> list(String sql, Row.Reader<T> each, @Nullable Object... arguments) {
    try (ResultSet rows = bound(sql, arguments).executeQuery()) {
      var row = new Row(rows);
      var found = new ArrayList<T>();
      while (rows.next()) {
        found.add(each.read(row));
      }
      return found;
    } catch (SQLException e) {
      throw failed(sql, e);
    }
  }

  /// The first row of an answer.
  public <T> Optional<T> first(String sql, Row.Reader<T> each, @Nullable Object... arguments) {
    try (ResultSet rows = bound(sql, arguments).executeQuery()) {
      return rows.next() ? Optional.of(each.read(new Row(rows))) : Optional.empty();
    } catch (SQLException e) {
      throw failed(sql, e);
    }
  }

  public boolean exists(String sql, @Nullable Object... arguments) {
    return first(sql, _ -> true, arguments).isPresent();
  }

  private PreparedStatement bound(String sql, @Nullable Object[] arguments) throws SQLException {
    PreparedStatement statement = statement(sql);
    bind(statement, arguments);
    return statement;
  }

  private static void bind(PreparedStatement statement, @Nullable Object[] arguments)
      throws SQLException {
    for (int i = 0; i < arguments.length; i++) {
      statement.setObject(i + 1, arguments[i]);
    }
  }

  private PreparedStatement statement(String sql) throws SQLException {
    PreparedStatement known = prepared.get(sql);
    if (known != null) {
      known.clearBatch();
      return known;
    }
    if (prepared.size() >= MAX_PREPARED) {
      var oldest = prepared.entrySet().iterator();
      oldest.next().getValue().close();
      oldest.remove();
    }
    PreparedStatement made = connection.prepareStatement(sql);
    prepared.put(sql, made);
    return made;
  }

  void execute(String sql) {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw failed(sql, e);
    }
  }

  void commit() throws SQLException {
    connection.commit();
  }

  void rollback() throws SQLException {
    connection.rollback();
  }

  Connection connection() {
    return connection;
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      org.slf4j.LoggerFactory.getLogger(Session.class).debug("closing a connection", e);
    }
  }

  static StorageException failed(String what, SQLException cause) {
    return new StorageException("the registry's database: " + cause.getMessage(), cause);
  }
}
