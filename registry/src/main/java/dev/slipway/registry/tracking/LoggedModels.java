package dev.slipway.registry.tracking;

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
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import tools.jackson.databind.node.ObjectNode;

/// Models that runs logged (MLflow 3): files of their own, tags, params, and metrics that any run
/// may measure.
public final class LoggedModels {
  private static final String VERSIONS_TAG = "mlflow.modelVersions";
  private static final String PENDING = "LOGGED_MODEL_PENDING";
  private static final Set<String> FINAL =
      Set.of("LOGGED_MODEL_READY", "LOGGED_MODEL_UPLOAD_FAILED");
  private static final String COLUMNS =
      "e.model_id, e.experiment_id, e.name, e.artifact_uri, e.creation_timestamp,"
          + " e.last_updated_timestamp, e.status, e.model_type, e.source_run_id";
  private static final String SAME = "x.model_id = e.model_id";
  private static final Vocabulary VOCABULARY =
      new Vocabulary(
          Map.of(
              "name", Attribute.key("e.name"),
              "model_id", Attribute.key("e.model_id"),
              "model_type", Attribute.key("e.model_type"),
              "status", Attribute.key("e.status"),
              "source_run_id", Attribute.key("e.source_run_id"),
              "experiment_id", Attribute.number("e.experiment_id"),
              "creation_timestamp", Attribute.number("e.creation_timestamp"),
              "last_updated_timestamp", Attribute.number("e.last_updated_timestamp")),
          Map.of(
              "metric", new Side("logged_model_metrics", SAME, true),
              "parameter", new Side("logged_model_params", SAME, false),
              "tag", new Side("logged_model_tags", SAME, false)),
          Map.of(
              "creation_time",
              "creation_timestamp",
              "creation_timestamp_ms",
              "creation_timestamp"));

  private final Database database;
  private final InstantSource clock;

  public LoggedModels(Database database, InstantSource clock) {
    this.database = database;
    this.clock = clock;
  }

  public ObjectNode create(Arguments arguments) {
    long experiment = Experiments.number(arguments.required("experiment_id"));
    String id = "m-" + UUID.randomUUID().toString().replace("-", "");
    String name = arguments.text("name").isEmpty() ? id : arguments.text("name");
    List<Arguments> params = arguments.objects("params");
    List<Arguments> tags = arguments.objects("tags");
    long now = clock.millis();
    String type = arguments.text("model_type");
    String run = arguments.text("source_run_id");
    ObjectNode model =
        database.write(
            session -> {
              Experiments.requireActive(session, experiment);
              String uri =
                  Experiments.location(session, experiment) + "/models/" + id + "/artifacts";
              session.update(
                  "INSERT INTO logged_models (model_id, experiment_id, name, artifact_uri,"
                      + " creation_timestamp, last_updated_timestamp, status, model_type,"
                      + " source_run_id, lifecycle_stage) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                  id,
                  experiment,
                  name,
                  uri,
                  now,
                  now,
                  PENDING,
                  type,
                  run,
                  Experiments.ACTIVE);
              keepPairs(session, "logged_model_params", id, params);
              keepPairs(session, "logged_model_tags", id, tags);
              return one(session, id);
            });
    return answer(model);
  }

  /// Writes on a model which version it was registered as, as the tag `mlflow.modelVersions`: a
  /// list
  /// of names and numbers, in MLflow's spelling. A model that is not there is passed over.
  public static void registeredAs(Session session, String id, String name, long version) {
    boolean there =
        session
            .first("SELECT 1 FROM logged_models WHERE model_id = ?", _ -> true, id)
            .orElse(false);
    if (!there) {
      return;
    }
    String before =
        session
            .first(
                "SELECT value FROM logged_model_tags WHERE model_id = ? AND key = ?",
                row -> row.text(1),
                id,
                VERSIONS_TAG)
            .orElse("[]");
    String each = "{\"name\": " + Json.MAPPER.writeValueAsString(name) + ", \"version\": ";
    String list = before.substring(0, before.length() - 1);
    String after = list + (list.equals("[") ? "" : ", ") + each + version + "}]";
    session.update(
        "INSERT INTO logged_model_tags (model_id, key, value) VALUES (?, ?, ?)"
            + " ON CONFLICT (model_id, key) DO UPDATE SET value = excluded.value",
        id,
        VERSIONS_TAG,
        after);
  }

  private static void keepPairs(Session session, String table, String id, List<Arguments> pairs) {
    for (Arguments each : pairs) {
      String key = each.required("key");
      Names.checkKey(key, "key", "key");
      session.update(
          "INSERT INTO "
              + table
              + " (model_id, key, value) VALUES (?, ?, ?)"
              + " ON CONFLICT (model_id, key) DO UPDATE SET value = excluded.value",
          id,
          key,
          Names.cut(each.text("value"), Names.TAG_CHARACTERS));
    }
  }

  public ObjectNode get(Arguments arguments) {
    String id = arguments.required("model_id");
    return answer(database.read(session -> one(session, id)));
  }

  public ObjectNode finish(Arguments arguments) {
    String id = arguments.required("model_id");
    String status = arguments.required("status");
    if (!FINAL.contains(status)) {
      throw RegistryException.invalid(
          "Invalid model status: " + status + ". Expected statuses are " + FINAL);
    }
    return changed(
        id,
        session ->
            session.update(
                "UPDATE logged_models SET status = ?, last_updated_timestamp = ?"
                    + " WHERE model_id = ?",
                status,
                clock.millis(),
                id));
  }

  public ObjectNode delete(Arguments arguments) {
    String id = arguments.required("model_id");
    var _ =
        database.write(
            session -> {
              require(session, id);
              return session.update(
                  "UPDATE logged_models SET lifecycle_stage = ?, last_updated_timestamp = ?"
                      + " WHERE model_id = ?",
                  Experiments.DELETED,
                  clock.millis(),
                  id);
            });
    return Json.object();
  }

  public ObjectNode setTags(Arguments arguments) {
    String id = arguments.required("model_id");
    List<Arguments> tags = arguments.objects("tags");
    return changed(id, session -> keepPairs(session, "logged_model_tags", id, tags));
  }

  public ObjectNode logParams(Arguments arguments) {
    String id = arguments.required("model_id");
    List<Arguments> params = arguments.objects("params");
    var _ = changed(id, session -> keepPairs(session, "logged_model_params", id, params));
    return Json.object();
  }

  public ObjectNode deleteTag(Arguments arguments) {
    String id = arguments.required("model_id");
    String key = arguments.required("tag_key");
    var _ =
        changed(
            id,
            session -> {
              int gone =
                  session.update(
                      "DELETE FROM logged_model_tags WHERE model_id = ? AND key = ?", id, key);
              if (gone == 0) {
                throw RegistryException.missing(
                    "No tag with key '" + key + "' found for model with ID '" + id + "'.");
              }
            });
    return Json.object();
  }

  private ObjectNode changed(String id, java.util.function.Consumer<Session> change) {
    return answer(
        database.write(
            session -> {
              require(session, id);
              change.accept(session);
              return one(session, id);
            }));
  }

  public ObjectNode search(Arguments arguments) {
    var page = Page.of(arguments, 50, 1000);
    var order = new ArrayList<String>();
    for (Arguments each : arguments.objects("order_by")) {
      String field = each.required("field_name");
      order.add(quoted(field) + (each.flag("ascending", true) ? " ASC" : " DESC"));
    }
    Condition where =
        Condition.in("e.experiment_id", RunSearch.numbers(arguments.texts("experiment_ids")))
            .and(Condition.of("e.lifecycle_stage = ?", Experiments.ACTIVE))
            .and(Condition.of(VOCABULARY, Filters.parse(VOCABULARY, arguments.text("filter"))))
            .and(datasets(arguments));
    Ordering ordering = Ordering.parse(VOCABULARY, order);
    List<ObjectNode> found = database.read(session -> models(session, where, ordering, page));
    return page.answer("models", found, each -> each);
  }

  /// A name after the entity may hold anything.
  private static String quoted(String field) {
    int dot = field.indexOf('.');
    return dot < 0 || field.endsWith("`")
        ? field
        : field.substring(0, dot + 1) + "`" + field.substring(dot + 1) + "`";
  }

  /// Measured on one of these.
  private static Condition datasets(Arguments arguments) {
    List<Arguments> asked = arguments.objects("datasets");
    if (asked.isEmpty()) {
      return Condition.ALL;
    }
    var parts = new ArrayList<String>();
    var values = new ArrayList<Object>();
    for (Arguments each : asked) {
      String digest = each.text("dataset_digest");
      values.add(each.required("dataset_name"));
      parts.add("(x.dataset_name = ?" + (digest.isEmpty() ? ")" : " AND x.dataset_digest = ?)"));
      if (!digest.isEmpty()) {
        values.add(digest);
      }
    }
    return new Condition(
        "EXISTS (SELECT 1 FROM logged_model_metrics x WHERE "
            + SAME
            + " AND ("
            + String.join(" OR ", parts)
            + "))",
        values);
  }

  private static List<ObjectNode> models(
      Session session, Condition where, Ordering order, Page page) {
    var values = new ArrayList<Object>(order.arguments());
    values.addAll(where.arguments());
    var infos =
        session.list(
            "SELECT DISTINCT "
                + COLUMNS
                + distinct(order)
                + " FROM logged_models e"
                + order.joins()
                + " WHERE "
                + where.sql()
                + order.sql("e.creation_timestamp DESC, e.model_id")
                + page.sql(),
            LoggedModels::info,
            values.toArray());
    return infos.stream().map(each -> whole(session, each)).toList();
  }

  /// What is ordered by must be among the columns of a distinct answer.
  private static String distinct(Ordering order) {
    var columns = new StringBuilder();
    for (String term : order.terms()) {
      columns.append(", ").append(term.replaceFirst(" DESC$", ""));
    }
    return columns.toString();
  }

  static void require(Session session, String id) {
    var _ = row(session, id).orElseThrow(() -> unknown(id));
  }

  private static Optional<ObjectNode> row(Session session, String id) {
    return session.first(
        "SELECT "
            + COLUMNS
            + " FROM logged_models e WHERE e.model_id = ?"
            + " AND e.lifecycle_stage = ?",
        LoggedModels::info,
        id,
        Experiments.ACTIVE);
  }

  private static ObjectNode one(Session session, String id) {
    return whole(session, row(session, id).orElseThrow(() -> unknown(id)));
  }

  private static RegistryException unknown(String id) {
    return RegistryException.missing("Logged model with ID '" + id + "' not found.");
  }

  /// Where the files of a model are.
  public Optional<String> place(String id) {
    return database
        .read(session -> row(session, id))
        .map(model -> model.path("artifact_uri").stringValue());
  }

  /// The newest model of a run with this name.
  public Optional<String> placeOfRun(String runId, String name) {
    return database.read(
        session ->
            session.first(
                "SELECT artifact_uri FROM logged_models WHERE source_run_id = ? AND name = ?"
                    + " AND lifecycle_stage = ? ORDER BY creation_timestamp DESC, model_id LIMIT 1",
                found -> found.text(1),
                runId,
                name,
                Experiments.ACTIVE));
  }

  private static ObjectNode info(Row row) {
    return Json.object()
        .put("model_id", row.text(1))
        .put("experiment_id", Long.toString(row.number(2)))
        .put("name", row.text(3))
        .put("creation_timestamp_ms", row.number(5))
        .put("last_updated_timestamp_ms", row.number(6))
        .put("artifact_uri", row.text(4))
        .put("status", row.text(7))
        .put("model_type", row.text(8))
        .put("source_run_id", row.text(9));
  }

  private static ObjectNode whole(Session session, ObjectNode info) {
    String id = info.path("model_id").stringValue();
    var tags = pairs(session, "logged_model_tags", id);
    if (!tags.isEmpty()) {
      info.putArray("tags").addAll(tags);
    }
    ObjectNode model = Json.object();
    model.set("info", info);
    ObjectNode data = model.putObject("data");
    var params = pairs(session, "logged_model_params", id);
    if (!params.isEmpty()) {
      data.putArray("params").addAll(params);
    }
    var metrics =
        session.list(
            "SELECT key, value, is_nan, timestamp, step, run_id, dataset_name, dataset_digest"
                + " FROM logged_model_metrics WHERE model_id = ? ORDER BY key, timestamp, step",
            row -> metric(row).put("model_id", id),
            id);
    if (!metrics.isEmpty()) {
      data.putArray("metrics").addAll(metrics);
    }
    return model;
  }

  private static ObjectNode metric(Row row) {
    ObjectNode metric = RunReader.metric(row, 1).put("run_id", row.text(6));
    if (!row.text(7).isEmpty()) {
      metric.put("dataset_name", row.text(7)).put("dataset_digest", row.text(8));
    }
    return metric;
  }

  private static List<ObjectNode> pairs(Session session, String table, String id) {
    return session.list(
        "SELECT key, value FROM " + table + " WHERE model_id = ? ORDER BY key",
        row -> RunReader.pair(row, 1),
        id);
  }

  /// Keeps what a run measured of a model.
  static void keepMetric(Session session, String runId, RunLog.Metric metric) {
    require(session, metric.modelId());
    session.update(
        "INSERT INTO logged_model_metrics (model_id, key, timestamp, step, run_id, value, is_nan,"
            + " dataset_name, dataset_digest) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
            + " ON CONFLICT (model_id, key, timestamp, step, run_id) DO UPDATE SET"
            + " value = excluded.value, is_nan = excluded.is_nan",
        metric.modelId(),
        metric.key(),
        metric.timestamp(),
        metric.step(),
        runId,
        metric.stored(),
        metric.nan() ? 1 : 0,
        metric.datasetName(),
        metric.datasetDigest());
  }

  private static ObjectNode answer(ObjectNode model) {
    ObjectNode answer = Json.object();
    answer.set("model", model);
    return answer;
  }
}
