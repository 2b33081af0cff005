package dev.slipway.registry.tracking;

import dev.slipway.base.Json;
import dev.slipway.registry.filter.Condition;
import dev.slipway.registry.sql.Row;
import dev.slipway.registry.sql.Session;
import java.util.HashMap;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/// Datasets and models that runs read and made, read for many runs at once.
final class Inputs {
  private final Session session;

  Inputs(Session session) {
    this.session = session;
  }

  void fill(Map<String, ObjectNode> runs, Condition among) {
    Object[] arguments = among.arguments().toArray();
    var entries = new HashMap<String, ObjectNode>();
    var _ =
        session.list(
            "SELECT i.run_id, i.dataset_id, d.name, d.digest, d.source_type, d.source,"
                + " d.dataset_schema, d.profile FROM inputs i JOIN datasets d"
                + " ON d.dataset_id = i.dataset_id WHERE i."
                + among.sql()
                + " ORDER BY i.run_id, d.name, d.digest",
            row -> entries.put(row.text(1) + "/" + row.text(2), add(runs, row)),
            arguments);
    if (!entries.isEmpty()) {
      tags(entries, among);
    }
    var _ =
        session.list(
            "SELECT run_id, direction, model_id, step FROM run_models WHERE "
                + among.sql()
                + " ORDER BY run_id, step, model_id",
            row -> model(runs, row),
            arguments);
  }

  private static ObjectNode add(Map<String, ObjectNode> runs, Row row) {
    ObjectNode entry = Json.object();
    entry.set("dataset", dataset(row));
    RunReader.list(runs, row, "inputs", "dataset_inputs").add(entry);
    return entry;
  }

  private static ObjectNode dataset(Row row) {
    ObjectNode dataset =
        Json.object()
            .put("name", row.text(3))
            .put("digest", row.text(4))
            .put("source_type", row.text(5))
            .put("source", row.text(6));
    if (!row.text(7).isEmpty()) {
      dataset.put("schema", row.text(7));
    }
    if (!row.text(8).isEmpty()) {
      dataset.put("profile", row.text(8));
    }
    return dataset;
  }

  private void tags(Map<String, ObjectNode> entries, Condition among) {
    var _ =
        session.list(
            "SELECT run_id, dataset_id, key, value FROM input_tags WHERE "
                + among.sql()
                + " ORDER BY run_id, dataset_id, key",
            row ->
                entries
                    .getOrDefault(row.text(1) + "/" + row.text(2), Json.object())
                    .withArrayProperty("tags")
                    .add(RunReader.pair(row, 3)),
            among.arguments().toArray());
  }

  private static ObjectNode model(Map<String, ObjectNode> runs, Row row) {
    boolean made = row.text(2).equals("output");
    ObjectNode model = Json.object().put("model_id", row.text(3));
    if (made) {
      model.put("step", row.number(4));
    }
    RunReader.list(runs, row, made ? "outputs" : "inputs", made ? "model_outputs" : "model_inputs")
        .add(model);
    return model;
  }
}
