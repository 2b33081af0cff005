package dev.slipway.inference.codec.v1;

import dev.slipway.inference.codec.json.JsonKind;
import dev.slipway.inference.codec.json.JsonReader;
import dev.slipway.inference.engine.InvalidInputException;
import dev.slipway.inference.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Reads JSON that does not say its types as tensors, by numpy's rules.
public final class InferredTensors {
  private InferredTensors() {}

  /// Rows: nested arrays of values are one tensor; objects, and rows that mix strings with numbers,
  /// one tensor for each column.
  ///
  /// @param owner for messages: `instances`
  /// @param names for inputs that have none; `input-0` and so on where their number is another
  /// @throws InvalidInputException if it is no array, arrays are ragged, or kinds do not go
  /// together
  public static List<Tensor> rows(JsonReader reader, String owner, List<String> names) {
    if (reader.peek() != JsonKind.ARRAY) {
      throw reader.unexpected("an array in \"" + owner + "\"");
    }
    var name = names.size() == 1 ? names.getFirst() : "input-0";
    var numbers = Numbers.read(reader, name);
    if (numbers.isPresent()) {
      return List.of(numbers.get());
    }
    var rows = (List<?>) reader.readValue();
    if (rows.getFirst() instanceof Map && !Values.isString(rows.getFirst())) {
      return Columns.ofObjects(owner, rows);
    }
    return Columns.mixed(rows)
        ? Columns.ofArrays(owner, rows, names)
        : List.of(Values.tensor(name, rows));
  }

  /// An object of columns: one tensor for each field.
  public static List<Tensor> columns(JsonReader reader) {
    var columns = new ArrayList<Tensor>();
    reader.beginObject();
    while (reader.nextField()) {
      columns.add(one(reader, reader.name()));
    }
    return columns;
  }

  /// One tensor; a value alone is a scalar.
  public static Tensor one(JsonReader reader, String name) {
    if (reader.peek() != JsonKind.ARRAY) {
      return Values.tensor(name, List.of(reader.readValue())).shaped();
    }
    return Numbers.read(reader, name)
        .orElseGet(() -> Values.tensor(name, (List<?>) reader.readValue()));
  }
}
