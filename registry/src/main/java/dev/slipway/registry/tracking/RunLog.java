package dev.slipway.registry.tracking;

import dev.slipway.base.Json;
import dev.slipway.registry.RegistryException;
import dev.slipway.registry.rest.Arguments;
import dev.slipway.registry.sql.Database;
import dev.slipway.registry.sql.Session;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.node.DoubleNode;
import tools.jackson.databind.node.LongNode;
import tools.jackson.databind.node.ObjectNode;

/// What runs log: metrics, params and tags, singly or in batches.
///
/// A param keeps its first value. A metric keeps all its values; its latest is the greatest by
/// step, then time, then value. A batch is kept whole or not at all.
public final class RunLog {
  private static final int MAX_METRICS = 1000;
  private static final int MAX_PARAMS = 100;
  private static final int MAX_TAGS = 100;
  private static final int MAX_ALL = 1000;

  private static final String METRIC =
      "INSERT INTO metrics (run_id, key, step, timestamp, value, is_nan) VALUES (?, ?, ?, ?, ?, ?)"
          + " ON CONFLICT DO NOTHING";
  private static final String LATEST =
      "INSERT INTO latest_metrics (run_id, key, step, timestamp, value, is_nan)"
          + " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (run_id, key) DO UPDATE SET"
          + " step = excluded.step, timestamp = excluded.timestamp, value = excluded.value,"
          + " is_nan = excluded.is_nan WHERE (excluded.step, excluded.timestamp, excluded.value)"
          + " > (latest_metrics.step, latest_metrics.timestamp, latest_metrics.value)";

  private static final Comparator<Metric> AGE =
      Comparator.comparingLong(Metric::step)
          .thenComparingLong(Metric::timestamp)
          .thenComparingDouble(Metric::stored);

  private final Database database;

  public RunLog(Database database) {
    this.database = database;
  }

  /// @param modelId of the logged model it measures; empty for none
  record Metric(
      String key,
      double value,
      long timestamp,
      long step,
      String modelId,
      String datasetName,
      String datasetDigest) {

    boolean nan() {
      return Double.isNaN(value);
    }

    /// What is stored: 0 for what is no number, the largest number for infinity.
    double stored() {
      return nan() ? 0 : Math.clamp(value, -Double.MAX_VALUE, Double.MAX_VALUE);
    }

    Object[] row(String runId) {
      return new Object[] {runId, key, step, timestamp, stored(), nan() ? 1 : 0};
    }
  }

  record Pair(String key, String value) {}

  public ObjectNode metric(Arguments arguments) {
    String runId = arguments.runId();
    Metric metric = read(arguments, "");
    return write(runId, List.of(metric), List.of(), List.of());
  }

  public ObjectNode param(Arguments arguments) {
    return write(arguments.runId(), List.of(), List.of(readParam(arguments, "")), List.of());
  }

  public ObjectNode tag(Arguments arguments) {
    return write(arguments.runId(), List.of(), List.of(), List.of(readTag(arguments, "")));
  }

  public ObjectNode deleteTag(Arguments arguments) {
    String runId = arguments.runId();
    String key = arguments.required("key");
    var _ =
        database.write(
            session -> {
              Runs.requireActive(session, runId);
              int gone =
                  session.update("DELETE FROM tags WHERE run_id = ? AND key = ?", runId, key);
              if (gone == 0) {
                throw RegistryException.missing(
                    "No tag with name: " + key + " in run with id " + runId);
              }
              return gone;
            });
    return Json.object();
  }

  public ObjectNode batch(Arguments arguments) {
    String runId = arguments.runId();
    List<Arguments> metrics = arguments.objects("metrics");
    List<Arguments> params = arguments.objects("params");
    List<Arguments> tags = arguments.objects("tags");
    checkCount("metrics", MAX_METRICS, metrics.size());
    checkCount("params", MAX_PARAMS, params.size());
    checkCount("tags", MAX_TAGS, tags.size());
    checkCount("metrics, params, and tags", MAX_ALL, metrics.size() + params.size() + tags.size());
    var readMetrics = new ArrayList<Metric>();
    for (int i = 0; i < metrics.size(); i++) {
      readMetrics.add(read(metrics.get(i), "metrics[" + i + "]"));
    }
    var readParams = new ArrayList<Pair>();
    for (int i = 0; i < params.size(); i++) {
      readParams.add(readParam(params.get(i), "params[" + i + "]"));
    }
    var readTags = new ArrayList<Pair>();
    for (int i = 0; i < tags.size(); i++) {
      readTags.add(readTag(tags.get(i), "tags[" + i + "]"));
    }
    checkUnique(readParams);
    return write(runId, readMetrics, readParams, readTags);
  }

  private static void checkCount(String what, int limit, int found) {
    if (found > limit) {
      throw RegistryException.invalid(
          "A batch logging request can contain at most %d %s. Got %d %s. Please split up %s across"
                  .formatted(limit, what, found, what, what)
              + " multiple requests and try again.");
    }
  }

  private static void checkUnique(List<Pair> params) {
    var seen = new HashSet<String>();
    List<String> twice =
        params.stream()
            .map(Pair::key)
            .filter(key -> !seen.add(key))
            .map(k -> "'" + k + "'")
            .toList();
    if (!twice.isEmpty()) {
      throw RegistryException.invalid(
          "Duplicate parameter keys have been submitted: "
              + twice
              + ". Please ensure the request contains only one param value per param key.");
    }
  }

  private static String at(String path, String field) {
    return path.isEmpty() ? field : path + "." + field;
  }

  private static Metric read(Arguments metric, String path) {
    for (String field : List.of("key", "value", "timestamp")) {
      if (!metric.has(field)) {
        throw Arguments.missing(at(path, field));
      }
    }
    String key = metric.text("key");
    if (key.isEmpty()) {
      throw Arguments.missing(at(path, "key"));
    }
    Names.checkKey(key, at(path, "name"), "Metric name");
    double value = metric.requiredReal("value");
    long timestamp = metric.requiredNumber("timestamp");
    if (timestamp < 0) {
      throw Arguments.invalidValue(
          at(path, "timestamp"),
          LongNode.valueOf(timestamp),
          "metric '"
              + key
              + "' (value="
              + DoubleNode.valueOf(value).asString()
              + "). Timestamp must be a nonnegative long (64-bit integer) ");
    }
    return new Metric(
        key,
        value,
        timestamp,
        metric.number("step", 0),
        metric.text("model_id"),
        metric.text("dataset_name"),
        metric.text("dataset_digest"));
  }

  private static Pair readParam(Arguments param, String path) {
    String key = key(param, path);
    Names.checkKey(key, at(path, "key"), "Param key");
    return new Pair(key, Names.cut(param.text("value"), Names.PARAM_CHARACTERS));
  }

  private static Pair readTag(Arguments tag, String path) {
    String key = key(tag, path);
    Names.checkKey(key, at(path, "key"), at(path, "key"));
    return new Pair(key, Names.cut(tag.text("value"), Names.TAG_CHARACTERS));
  }

  private static String key(Arguments pair, String path) {
    String key = pair.has("key") ? pair.text("key") : "";
    if (key.isEmpty()) {
      throw Arguments.missing(at(path, "key"));
    }
    return key;
  }

  private ObjectNode write(String runId, List<Metric> metrics, List<Pair> params, List<Pair> tags) {
    var _ =
        database.write(
            session -> {
              Runs.requireActive(session, runId);
              params.forEach(each -> keep(session, runId, each));
              keepMetrics(session, runId, metrics);
              tags.forEach(each -> keepTag(session, runId, each));
              return true;
            });
    return Json.object();
  }

  private static void keep(Session session, String runId, Pair param) {
    Optional<String> known =
        session.first(
            "SELECT value FROM params WHERE run_id = ? AND key = ?",
            row -> row.text(1),
            runId,
            param.key);
    if (known.isEmpty()) {
      session.update(
          "INSERT INTO params (run_id, key, value) VALUES (?, ?, ?)",
          runId,
          param.key,
          param.value);
    } else if (!known.get().equals(param.value)) {
      throw RegistryException.invalid(
          "Changing param values is not allowed. Param with key='%s' was already logged with"
                  .formatted(param.key)
              + " value='%s' for run ID='%s'. Attempted logging new value '%s'."
                  .formatted(known.get(), runId, param.value));
    }
  }

  private static void keepMetrics(Session session, String runId, List<Metric> metrics) {
    if (metrics.isEmpty()) {
      return;
    }
    List<Object[]> rows = metrics.stream().map(each -> each.row(runId)).toList();
    session.batch(METRIC, rows);
    session.batch(LATEST, latest(metrics).map(each -> each.row(runId)).toList());
    for (Metric each : metrics) {
      if (!each.modelId.isEmpty()) {
        LoggedModels.keepMetric(session, runId, each);
      }
    }
  }

  /// The greatest of each key: the others cannot be its latest.
  private static Stream<Metric> latest(List<Metric> metrics) {
    var greatest = new LinkedHashMap<String, Metric>();
    for (Metric each : metrics) {
      greatest.merge(each.key, each, (known, next) -> AGE.compare(next, known) > 0 ? next : known);
    }
    return greatest.values().stream();
  }

  private static void keepTag(Session session, String runId, Pair tag) {
    if (tag.key.equals(Runs.NAME_TAG)) {
      session.update("UPDATE runs SET name = ? WHERE run_id = ?", tag.value, runId);
    }
    session.update(Runs.SET_TAG, runId, tag.key, tag.value);
  }
}
