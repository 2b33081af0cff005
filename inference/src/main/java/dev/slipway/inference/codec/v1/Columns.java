package dev.slipway.inference.codec.v1;

import dev.slipway.inference.codec.json.JsonNull;
import dev.slipway.inference.engine.InvalidInputException;
import dev.slipway.inference.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Rows that are no plain block of values, as one tensor for each column.
final class Columns {
  private Columns() {}

  /// Objects: a column for each name, in the order in which names first come. What a row does not
  /// have is null: NaN among numbers, [Tensor#MISSING] among strings.
  static List<Tensor> ofObjects(String owner, List<?> given) {
    var rows = given.stream().flatMap(each -> frame(owner, each).stream()).toList();
    var columns = new LinkedHashMap<String, List<Object>>();
    for (int i = 0; i < rows.size(); i++) {
      if (!(rows.get(i) instanceof Map<?, ?> fields)) {
        throw new InvalidInputException(
            owner
                + ": expected an object as in row 0, found "
                + Values.words(rows.get(i))
                + " in row "
                + i);
      }
      for (var field : fields.entrySet()) {
        columns
            .computeIfAbsent((String) field.getKey(), _ -> nulls(rows.size()))
            .set(i, field.getValue());
      }
    }
    return columns.entrySet().stream()
        .map(column -> Values.tensor(column.getKey(), column.getValue()))
        .toList();
  }

  /// The rows of one object: one, unless its columns are objects of values by row, as pandas writes
  /// a frame: `{"x": {"0": 3.5, "1": 4.0}, "y": {"0": 1.4, "1": 2.0}}`.
  private static List<?> frame(String owner, Object object) {
    if (!(object instanceof Map<?, ?> columns)
        || columns.values().stream().noneMatch(Columns::isByRow)) {
      return List.of(object);
    }
    var rows = new LinkedHashMap<Object, Map<Object, Object>>();
    for (var column : columns.entrySet()) {
      if (!isByRow(column.getValue()) || !(column.getValue() instanceof Map<?, ?> values)) {
        throw new InvalidInputException(
            owner
                + ": expected values by row in column \""
                + column.getKey()
                + "\" as in others, found "
                + Values.words(column.getValue()));
      }
      values.forEach(
          (row, value) ->
              rows.computeIfAbsent(row, _ -> new LinkedHashMap<>()).put(column.getKey(), value));
    }
    return List.copyOf(rows.values());
  }

  private static boolean isByRow(Object value) {
    return value instanceof Map<?, ?> rows
        && !rows.isEmpty()
        && rows.keySet().stream().allMatch(row -> ((String) row).matches("\\d{1,9}"));
  }

  private static List<Object> nulls(int count) {
    return new ArrayList<>(Collections.nCopies(count, JsonNull.NULL));
  }

  /// Arrays of one length: a column for each position.
  ///
  /// @param names of the columns, if there are as many
  static List<Tensor> ofArrays(String owner, List<?> rows, List<String> names) {
    int width = ((List<?>) rows.getFirst()).size();
    var columns = new ArrayList<Tensor>(width);
    for (int column = 0; column < width; column++) {
      var values = new ArrayList<Object>(rows.size());
      for (int i = 0; i < rows.size(); i++) {
        var row = (List<?>) rows.get(i);
        if (row.size() != width) {
          throw new InvalidInputException(
              owner
                  + ": expected "
                  + width
                  + " values as in row 0, found "
                  + row.size()
                  + " in row "
                  + i);
        }
        values.add(row.get(column));
      }
      var name = names.size() == width ? names.get(column) : "input-" + column;
      columns.add(Values.tensor(name, values));
    }
    return columns;
  }

  /// Whether rows are arrays, of strings and of other values at once.
  static boolean mixed(List<?> rows) {
    boolean strings = false;
    boolean others = false;
    for (var row : rows) {
      if (!(row instanceof List<?> values)) {
        return false;
      }
      for (var value : values) {
        if (value instanceof List<?>) {
          return false;
        }
        strings |= Values.isString(value);
        others |= !Values.isString(value);
      }
    }
    return strings && others;
  }
}
