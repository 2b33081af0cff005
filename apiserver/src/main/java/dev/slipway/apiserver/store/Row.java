package dev.slipway.apiserver.store;

import dev.slipway.apiserver.store.Objects.Version;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// How a version is a row of `changes`, checked by a CRC-32C of its columns.
final class Row {
  static final String CREATE =
      """
      CREATE TABLE changes (
        version INTEGER PRIMARY KEY,
        resource TEXT NOT NULL,
        namespace TEXT NOT NULL,
        name TEXT NOT NULL,
        deleted INTEGER NOT NULL,
        checksum INTEGER NOT NULL,
        value BLOB NOT NULL)
      """;
  static final String INSERT = "INSERT INTO changes VALUES (?, ?, ?, ?, ?, ?, ?)";
  static final String SELECT =
      "SELECT version, resource, namespace, name, deleted, checksum, value"
          + " FROM changes ORDER BY version";
  static final String NEWEST = "SELECT coalesce(max(version), 0) FROM changes";

  private Row() {}

  static void bind(PreparedStatement insert, Version version) throws SQLException {
    insert.setLong(1, version.resourceVersion());
    insert.setString(2, version.resource());
    insert.setString(3, version.namespace());
    insert.setString(4, version.name());
    insert.setInt(5, version.deleted() ? 1 : 0);
    insert.setLong(6, checksum(version));
    insert.setBytes(7, version.json());
  }

  /// The version in the current row, or null if it is not what was written.
  static @Nullable Version read(ResultSet rows) throws SQLException {
    String resource = rows.getString(2);
    String namespace = rows.getString(3);
    String name = rows.getString(4);
    byte[] json = rows.getBytes(7);
    if (resource == null || namespace == null || name == null || json == null) {
      return null;
    }
    Version version =
        new Version(resource, namespace, name, rows.getLong(1), rows.getInt(5) != 0, json);
    return checksum(version) == rows.getLong(6) ? version : null;
  }

  private static long checksum(Version version) {
    CRC32C sum = new CRC32C();
    sum.update(
        ByteBuffer.allocate(9)
            .putLong(version.resourceVersion())
            .put((byte) (version.deleted() ? 1 : 0))
            .flip());
    String key = version.resource() + '\0' + version.namespace() + '\0' + version.name() + '\0';
    sum.update(key.getBytes(StandardCharsets.UTF_8));
    sum.update(version.json());
    return sum.getValue();
  }
}
