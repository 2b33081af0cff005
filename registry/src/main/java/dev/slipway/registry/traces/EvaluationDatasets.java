package dev.slipway.registry.traces;

import dev.slipway.base.Json;
import dev.slipway.registry.RegistryException;
import dev.slipway.registry.filter.Condition;
import dev.slipway.registry.filter.Filters;
import dev.slipway.registry.filter.Ordering;
import dev.slipway.registry.filter.Vocabulary;
import dev.slipway.registry.filter.Vocabulary.Attribute;
import dev.slipway.registry.filter.Vocabulary.Side;
import dev.slipway.registry.rest.Arguments;
import dev.slipway.registry.rest.Page;
import dev.slipway.registry.sql.Database;
import dev.slipway.registry.sql.Row;
import dev.slipway.registry.sql.Session;
import dev.slipway.registry.tracking.Names;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Evaluation datasets (MLflow 3): records of inputs and what is expected of them, beside the
/// experiments that use them. Records are in [DatasetRecords].
public final class EvaluationDatasets {
  private static final int NAME_CHARACTERS = 255;
  private static final String COLUMNS =
      "e.dataset_id, e.name, e.dataset_schema, e.profile, e.digest, e.creation_time,"
          + " e.last_update_time, e.created_by, e.last_updated_by";
  private static final Vocabulary VOCABULARY =
      new Vocabulary(
          Map.of(
              "name", Attribute.text("e.name"),
              "dataset_id", Attribute.key("e.dataset_id"),
              "created_by", Attribute.text("e.created_by"),
              "last_updated_by", Attribute.text("e.last_updated_by"),
              "created_time", Attribute.number("e.creation_time"),
              "last_update_time", Attribute.number("e.last_update_time")),
          Map.of("tag", new Side("evaluation_dataset_tags", "x.dataset_id = e.dataset_id", false)),
          Map.of());

  private final Database database;
  private final InstantSource clock;

  public EvaluationDatasets(Database database, InstantSource clock) {
    this.database = database;
    this.clock = clock;
  }

  public ObjectNode create(Arguments arguments) {
    String name = arguments.required("name");
    Names.checkLength("name", NAME_CHARACTERS, name);
    String id = "d-" + UUID.randomUUID().toString().replace("-", "");
    List<String> experiments = arguments.texts("experiment_ids");
    ObjectNode tags = object("tags", arguments.text("tags"));
    String user =
        arguments.text("created_by").isEmpty()
            ? Json.text(tags, "mlflow.user")
            : arguments.text("created_by");
    long now = clock.millis();
    return answer(
        database.write(
            session -> {
              session.update(
                  "INSERT INTO evaluation_datasets (dataset_id, name, dataset_schema, profile,"
                      + " digest, creation_time, last_update_time, created_by, last_updated_by)"
                      + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                  id,
                  name,
                  arguments.text("schema"),
                  arguments.text("profile"),
                  id.substring(2, 10),
                  now,
                  now,
                  user,
                  user);
              keepTags(session, id, tags);
              associate(session, id, experiments);
              return require(session, id);
            }));
  }

  /// A field that holds a JSON object as text.
  static ObjectNode object(String field, String text) {
    if (text.isEmpty()) {
      return Json.object();
    }
    try {
      if (Json.MAPPER.readTree(text) instanceof ObjectNode object) {
        return object;
      }
    } catch (JacksonException _) {
      // refused below
    }
    throw Traces.wrong(field, TraceRows.cut(text, 100), "expected a JSON object as text");
  }

  private static void keepTags(Session session, String id, ObjectNode tags) {
    for (Map.Entry<String, JsonNode> each : tags.properties()) {
      session.update(
          "DELETE FROM evaluation_dataset_tags WHERE dataset_id = ? AND key = ?",
          id,
          each.getKey());
      if (!each.getValue().isNull()) {
        session.update(
            "INSERT INTO evaluation_dataset_tags (dataset_id, key, value) VALUES (?, ?, ?)",
            id,
            each.getKey(),
            each.getValue().asString());
      }
    }
  }

  private static void associate(Session session, String id, List<String> experiments) {
    experiments.forEach(
        each ->
            session.update(
                "INSERT INTO evaluation_dataset_experiments (dataset_id, experiment_id)"
                    + " VALUES (?, ?) ON CONFLICT DO NOTHING",
                id,
                each));
  }

  private static ObjectNode answer(ObjectNode dataset) {
    ObjectNode answer = Json.object();
    answer.set("dataset", dataset);
    return answer;
  }

  static ObjectNode require(Session session, String id) {
    return session
        .first(
            "SELECT " + COLUMNS + " FROM evaluation_datasets e WHERE e.dataset_id = ?",
            EvaluationDatasets::dataset,
            id)
        .map(each -> whole(session, each))
        .orElseThrow(
            () -> RegistryException.missing("Evaluation dataset with ID '" + id + "' not found"));
  }

  private static ObjectNode dataset(Row row) {
    ObjectNode dataset =
        Json.object().put("dataset_id", row.text(1)).put("name", row.text(2)).put("tags", "{}");
    List<String> optional = List.of("schema", "profile", "digest");
    for (int i = 0; i < optional.size(); i++) {
      if (!row.text(3 + i).isEmpty()) {
        dataset.put(optional.get(i), row.text(3 + i));
      }
    }
    dataset.put("created_time", row.number(6)).put("last_update_time", row.number(7));
    if (!row.text(8).isEmpty()) {
      dataset.put("created_by", row.text(8));
    }
    if (!row.text(9).isEmpty()) {
      dataset.put("last_updated_by", row.text(9));
    }
    return dataset;
  }

  private static ObjectNode whole(Session session, ObjectNode dataset) {
    String id = Json.text(dataset, "dataset_id");
    ObjectNode tags = Json.object();
    var _ =
        session.list(
            "SELECT key, value FROM evaluation_dataset_tags WHERE dataset_id = ? ORDER BY key",
            row -> tags.put(row.text(1), row.text(2)),
            id);
    dataset.put("tags", tags.toString());
    experiments(session, id).forEach(each -> dataset.withArrayProperty("experiment_ids").add(each));
    return dataset;
  }

  private static List<String> experiments(Session session, String id) {
    return session.list(
        "SELECT experiment_id FROM evaluation_dataset_experiments WHERE dataset_id = ?"
            + " ORDER BY experiment_id",
        row -> row.text(1),
        id);
  }

  public ObjectNode get(Arguments arguments) {
    String id = arguments.required("dataset_id");
    return answer(database.read(session -> require(session, id)));
  }

  public ObjectNode delete(Arguments arguments) {
    String id = arguments.required("dataset_id");
    var _ =
        database.write(
            session -> {
              for (String table : List.of("_records", "_experiments", "_tags", "s")) {
                String full =
                    table.equals("s") ? "evaluation_datasets" : "evaluation_dataset" + table;
                session.update("DELETE FROM " + full + " WHERE dataset_id = ?", id);
              }
              return true;
            });
    return Json.object();
  }

  public ObjectNode search(Arguments arguments) {
    var page = Page.of(arguments, 1000, 50_000);
    var experiments = arguments.texts("experiment_ids");
    String filter =
        arguments.has("filter_string") ? arguments.text("filter_string") : arguments.text("filter");
    Condition chosen = Condition.in("a.experiment_id", experiments);
    Condition where =
        (experiments.isEmpty()
                ? Condition.ALL
                : new Condition(
                    "EXISTS (SELECT 1 FROM evaluation_dataset_experiments a"
                        + " WHERE a.dataset_id = e.dataset_id AND "
                        + chosen.sql()
                        + ")",
                    chosen.arguments()))
            .and(Condition.of(VOCABULARY, Filters.parse(VOCABULARY, filter)));
    Ordering order = Ordering.parse(VOCABULARY, arguments.texts("order_by"));
    String sql =
        "SELECT "
            + COLUMNS
            + " FROM evaluation_datasets e"
            + order.joins()
            + " WHERE "
            + where.sql()
            + order.sql("e.creation_time DESC, e.dataset_id")
            + page.sql();
    var values = new ArrayList<Object>(order.arguments());
    values.addAll(where.arguments());
    return database.read(
        session -> {
          var rows = session.list(sql, EvaluationDatasets::dataset, values.toArray());
          page.shown(rows).forEach(each -> whole(session, each));
          return page.answer("datasets", rows, Function.identity());
        });
  }

  public ObjectNode setTags(Arguments arguments) {
    ObjectNode tags = object("tags", arguments.required("tags"));
    return changed(arguments, (session, id) -> keepTags(session, id, tags));
  }

  public ObjectNode deleteTag(Arguments arguments) {
    ObjectNode gone = Json.object();
    gone.putNull(arguments.required("key"));
    var _ = changed(arguments, (session, id) -> keepTags(session, id, gone));
    return Json.object();
  }

  public ObjectNode addExperiments(Arguments arguments) {
    List<String> experiments = arguments.texts("experiment_ids");
    return changed(arguments, (session, id) -> associate(session, id, experiments));
  }

  public ObjectNode removeExperiments(Arguments arguments) {
    List<String> experiments = arguments.texts("experiment_ids");
    return changed(
        arguments,
        (session, id) ->
            experiments.forEach(
                each ->
                    session.update(
                        "DELETE FROM evaluation_dataset_experiments WHERE dataset_id = ?"
                            + " AND experiment_id = ?",
                        id,
                        each)));
  }

  public ObjectNode experimentIds(Arguments arguments) {
    String id = arguments.required("dataset_id");
    ObjectNode answer = Json.object();
    var found =
        database.read(
            session -> {
              var _ = require(session, id);
              return experiments(session, id);
            });
    found.forEach(each -> answer.withArrayProperty("experiment_ids").add(each));
    return answer;
  }

  private interface Change {
    void make(Session session, String id);
  }

  private ObjectNode changed(Arguments arguments, Change change) {
    String id = arguments.required("dataset_id");
    return answer(
        database.write(
            session -> {
              var _ = require(session, id);
              change.make(session, id);
              session.update(
                  "UPDATE evaluation_datasets SET last_update_time = ? WHERE dataset_id = ?",
                  clock.millis(),
                  id);
              return require(session, id);
            }));
  }
}
