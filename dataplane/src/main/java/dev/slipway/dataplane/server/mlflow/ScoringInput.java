package dev.slipway.dataplane.server.mlflow;

import dev.slipway.base.Json;
import dev.slipway.dataplane.server.JsonTensors;
import dev.slipway.dataplane.server.Turn;
import dev.slipway.inference.engine.InvalidInputException;
import dev.slipway.inference.engine.Invocation;
import dev.slipway.inference.engine.Signature;
import dev.slipway.inference.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The body of `/invocations` as inputs: exactly one of `dataframe_split`, `dataframe_records`,
/// `instances` and `inputs`, and `params`; or a CSV table with a header.
final class ScoringInput {
  private static final List<String> FORMS =
      List.of("dataframe_split", "dataframe_records", "instances", "inputs");

  /// What pandas reads as no value (`na_values` of `read_csv`).
  private static final Set<String> MISSING =
      Set.of(
          "",
          "#N/A",
          "#N/A N/A",
          "#NA",
          "-1.#IND",
          "-1.#QNAN",
          "-NaN",
          "-nan",
          "1.#IND",
          "1.#QNAN",
          "<NA>",
          "N/A",
          "NA",
          "NULL",
          "NaN",
          "None",
          "n/a",
          "nan",
          "null");

  private ScoringInput() {}

  static Invocation json(byte[] body, Signature signature) {
    var document = JsonTensors.object(body);
    var given = FORMS.stream().filter(form -> document.get(form) != null).toList();
    if (given.size() != 1) {
      throw new InvalidInputException(
          "The input must be a JSON dictionary with exactly one of the input fields "
              + FORMS
              + "; found "
              + document.propertyNames());
    }
    var parameters = parameters(document.path("params"));
    var inputs = inputs(given.getFirst(), document.get(given.getFirst()), signature);
    return new Invocation(Turn.signature(parameters), inputs, List.of(), parameters);
  }

  private static List<Tensor> inputs(String form, JsonNode value, Signature signature) {
    return switch (form) {
      case "dataframe_split" -> records(split(value), signature);
      case "dataframe_records" -> records(value, signature);
      case "instances" -> JsonTensors.rows(value, form, signature);
      default ->
          value instanceof ObjectNode
              ? JsonTensors.columns(value)
              : JsonTensors.rows(value, form, signature);
    };
  }

  private static List<Tensor> records(JsonNode records, Signature signature) {
    if (!(records instanceof ArrayNode array) || array.isEmpty()) {
      throw new InvalidInputException("expected records, a list of objects; found " + records);
    }
    return JsonTensors.rows(array, "dataframe_records", signature);
  }

  /// Columns and rows as records.
  private static ArrayNode split(JsonNode value) {
    if (!(value.path("data") instanceof ArrayNode data)) {
      throw new InvalidInputException(
          "dataframe_split: expected \"columns\" and \"data\", found " + value);
    }
    var records = Json.array();
    var columns = value.path("columns");
    for (var row : data) {
      if (columns.isMissingNode()) {
        records.add(row);
        continue;
      }
      if (row.size() != columns.size()) {
        throw new InvalidInputException(
            "dataframe_split: " + columns.size() + " columns, but a row has " + row.size());
      }
      var record = records.addObject();
      for (int i = 0; i < row.size(); i++) {
        record.set(columns.get(i).asString(), row.get(i));
      }
    }
    return records;
  }

  private static Map<String, Object> parameters(JsonNode given) {
    var parameters = new LinkedHashMap<String, Object>();
    for (var field : given.properties()) {
      var value = field.getValue();
      parameters.put(
          field.getKey(),
          switch (value.getNodeType()) {
            case STRING -> value.stringValue();
            case BOOLEAN -> value.booleanValue();
            case NUMBER ->
                value.isIntegralNumber() ? (Object) value.asLong(0) : value.doubleValue();
            default -> value.toString();
          });
    }
    return parameters;
  }

  /// A table with a header; a column is numbers if all its cells are.
  static Invocation csv(String text, Signature signature) {
    var lines = CsvLines.parse(text);
    if (lines.size() < 2) {
      throw new InvalidInputException("expected a CSV header and at least one row");
    }
    var header = lines.getFirst();
    var records = Json.array();
    for (var line : lines.subList(1, lines.size())) {
      if (line.size() != header.size()) {
        throw new InvalidInputException(
            "CSV: the header has " + header.size() + " fields, a row has " + line.size());
      }
      records.addObject();
    }
    for (int column = 0; column < header.size(); column++) {
      column(records, lines, column, header.get(column));
    }
    return Invocation.of(new ArrayList<>(records(records, signature)));
  }

  private static void column(ArrayNode records, List<List<String>> lines, int column, String name) {
    boolean numbers = true;
    for (var line : lines.subList(1, lines.size())) {
      numbers &= isMissing(line.get(column)) || isNumber(line.get(column));
    }
    for (int row = 1; row < lines.size(); row++) {
      var cell = lines.get(row).get(column);
      var record = (ObjectNode) records.get(row - 1);
      if (isMissing(cell)) {
        record.putNull(name);
      } else if (!numbers) {
        record.put(name, cell);
      } else if (cell.matches("[+-]?\\d{1,18}")) {
        record.put(name, Long.parseLong(cell));
      } else {
        record.put(name, Double.parseDouble(cell));
      }
    }
  }

  private static boolean isMissing(String cell) {
    return MISSING.contains(cell);
  }

  private static boolean isNumber(String cell) {
    return cell.matches("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?");
  }
}
