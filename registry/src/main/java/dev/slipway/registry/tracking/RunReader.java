package dev.slipway.registry.tracking;

import dev.slipway.base.Json;
import dev.slipway.registry.filter.Condition;
import dev.slipway.registry.sql.Row;
import dev.slipway.registry.sql.Session;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/// Runs as MLflow's JSON has them, read many at a time.
final class RunReader {
  static final String INFO =
      "e.run_id, e.experiment_id, e.name, e.user_id, e.status, e.start_time, e.end_time,"
          + " e.artifact_uri, e.lifecycle_stage";
  private static final int AT_ONCE = 400;

  private RunReader() {}

  /// @throws dev.slipway.registry.RegistryException if there is none
  static ObjectNode info(Session session, String runId) {
    return session
        .first("SELECT " + INFO + " FROM runs e WHERE e.run_id = ?", RunReader::info, runId)
        .orElseThrow(() -> Runs.unknown(runId));
  }

  static ObjectNode one(Session session, String runId) {
    return whole(session, List.of(info(session, runId))).getFirst();
  }

  static ObjectNode info(Row row) {
    ObjectNode info =
        Json.object()
            .put("run_id", row.text(1))
            .put("run_uuid", row.text(1))
            .put("run_name", row.text(3))
            .put("experiment_id", Long.toString(row.number(2)))
            .put("user_id", row.text(4))
            .put("status", row.text(5))
            .put("start_time", row.number(6));
    if (!row.absent(7)) {
      info.put("end_time", row.number(7));
    }
    return info.put("artifact_uri", row.text(8)).put("lifecycle_stage", row.text(9));
  }

  /// Runs with all that belongs to them, in the order of their infos.
  static List<ObjectNode> whole(Session session, List<ObjectNode> infos) {
    var runs = new LinkedHashMap<String, ObjectNode>();
    for (ObjectNode info : infos) {
      ObjectNode run = Json.object();
      run.set("info", info);
      run.putObject("data");
      run.putObject("inputs");
      run.putObject("outputs");
      runs.put(info.path("run_id").stringValue(), run);
    }
    List<String> ids = List.copyOf(runs.keySet());
    for (int from = 0; from < ids.size(); from += AT_ONCE) {
      fill(session, runs, ids.subList(from, Math.min(ids.size(), from + AT_ONCE)));
    }
    return List.copyOf(runs.values());
  }

  private static void fill(Session session, Map<String, ObjectNode> runs, List<String> ids) {
    Condition among = Condition.in("run_id", ids);
    Object[] arguments = among.arguments().toArray();
    String where = " WHERE " + among.sql() + " ORDER BY run_id, key";
    var _ =
        session.list(
            "SELECT run_id, key, value, is_nan, timestamp, step FROM latest_metrics" + where,
            row -> list(runs, row, "data", "metrics").add(metric(row, 2)),
            arguments);
    for (String table : List.of("params", "tags")) {
      var _ =
          session.list(
              "SELECT run_id, key, value FROM " + table + where,
              row -> list(runs, row, "data", table).add(pair(row, 2)),
              arguments);
    }
    new Inputs(session).fill(runs, among);
  }

  static ObjectNode pair(Row row, int column) {
    return Json.object().put("key", row.text(column)).put("value", row.text(column + 1));
  }

  /// Columns `key, value, is_nan, timestamp, step`.
  static ObjectNode metric(Row row, int column) {
    return Json.object()
        .put("key", row.text(column))
        .put("value", row.number(column + 2) == 1 ? Double.NaN : row.real(column + 1))
        .put("timestamp", row.number(column + 3))
        .put("step", row.number(column + 4));
  }

  /// The list of a run that a row belongs to, by its first column.
  static tools.jackson.databind.node.ArrayNode list(
      Map<String, ObjectNode> runs, Row row, String object, String field) {
    ObjectNode run = runs.getOrDefault(row.text(1), Json.object());
    return run.withObjectProperty(object).withArrayProperty(field);
  }
}
