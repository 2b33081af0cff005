package dev.slipway.registry.sql;

import java.sql.ResultSet;
import java.sql.SQLException;

/// One row of an answer, while it is being read; columns count from 1.
public final class Row {
  /// Makes a value of a row.
  @FunctionalInterface
  public interface Reader<T> {
    T read(Row row);
  }

  private final ResultSet rows;

  Row(ResultSet rows) {
    this.rows = rows;
  }

  /// `""` where there is none.
  public String text(int column) {
    try {
      String found = rows.getString(column);
      return found == null ? "" : found;
    } catch (SQLException e) {
      throw Session.failed("column " + column, e);
    }
  }

  /// 0 where there is none.
  public long number(int column) {
    try {
      return rows.getLong(column);
    } catch (SQLException e) {
      throw Session.failed("column " + column, e);
    }
  }

  /// 0 where there is none.
  public double real(int column) {
    try {
      return rows.getDouble(column);
    } catch (SQLException e) {
      throw Session.failed("column " + column, e);
    }
  }

  public boolean absent(int column) {
    try {
      return rows.getObject(column) == null;
    } catch (SQLException e) {
      throw Session.failed("column " + column, e);
    }
  }
}
