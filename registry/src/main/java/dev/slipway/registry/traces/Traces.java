package dev.slipway.registry.traces;

import dev.slipway.base.Json;
import dev.slipway.registry.RegistryException;
import dev.slipway.registry.rest.Arguments;
import dev.slipway.registry.sql.Database;
import dev.slipway.registry.sql.Session;
import dev.slipway.registry.tracking.Experiments;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/// Traces, as 2.x clients begin and end them and 3.x clients hand them over whole.
public final class Traces {
  private static final int MAX_DELETED = 100_000;
  private static final int MAX_LINKED = 100;
  private static final int MAX_BATCH = 1000;
  private static final String PROMPTS_TAG = "mlflow.linkedPrompts";
  private static final List<String> TABLES =
      List.of("spans", "assessments", "trace_runs", "trace_tags", "trace_metadata", "traces");

  private final Database database;

  public Traces(Database database) {
    this.database = database;
  }

  static long experiment(String id) {
    return Experiments.number(id);
  }

  /// `POST /api/2.0/mlflow/traces`.
  public ObjectNode begin(Arguments arguments) {
    var info =
        new TraceInfo(
            "tr-" + UUID.randomUUID().toString().replace("-", ""),
            experiment(arguments.required("experiment_id")),
            arguments.requiredNumber("timestamp_ms"),
            Optional.empty(),
            "IN_PROGRESS",
            "",
            "",
            "",
            TraceInfo.pairs(arguments, "request_metadata"),
            TraceInfo.pairs(arguments, "tags"));
    return old(
        database.write(
            session -> {
              Experiments.requireActive(session, info.experiment());
              TraceRows.keep(session, info);
              return TraceRows.require(session, info.id());
            }));
  }

  private static ObjectNode old(TraceInfo info) {
    ObjectNode answer = Json.object();
    answer.set("trace_info", info.oldJson());
    return answer;
  }

  /// `PATCH /api/2.0/mlflow/traces/{request_id}`.
  public ObjectNode end(Arguments arguments) {
    String id = arguments.required("request_id");
    long end = arguments.requiredNumber("timestamp_ms");
    String written = arguments.required("status");
    String state =
        written.equals("TRACE_STATUS_UNSPECIFIED")
            ? "STATE_UNSPECIFIED"
            : TraceInfo.checkedState(written);
    Map<String, String> metadata = TraceInfo.pairs(arguments, "request_metadata");
    Map<String, String> tags = TraceInfo.pairs(arguments, "tags");
    return old(
        database.write(
            session -> {
              TraceRows.requireThere(session, id);
              session.update(
                  "UPDATE traces SET state = ?, execution_duration = ? - request_time"
                      + " WHERE trace_id = ?",
                  state,
                  end,
                  id);
              TraceRows.keepPairs(session, "trace_metadata", id, metadata);
              TraceRows.keepPairs(session, "trace_tags", id, tags);
              return TraceRows.require(session, id);
            }));
  }

  /// `GET /api/2.0/mlflow/traces/{request_id}/info`.
  public ObjectNode oldInfo(Arguments arguments) {
    String id = arguments.required("request_id");
    return old(database.read(session -> TraceRows.require(session, id)));
  }

  /// `POST /api/3.0/mlflow/traces`; of a trace whose spans came first, what is new is added.
  public ObjectNode start(Arguments arguments) {
    var given = arguments.object("trace").object("trace_info");
    if (!arguments.has("trace")) {
      throw Arguments.missing("trace");
    }
    TraceInfo info = TraceInfo.read(given);
    ObjectNode kept =
        database.write(
            session -> {
              Experiments.requireActive(session, info.experiment());
              TraceRows.keep(session, info);
              Assessments.keepAll(session, info.id(), given.objects("assessments"));
              return json(session, info.id());
            });
    ObjectNode answer = Json.object();
    answer.putObject("trace").set("trace_info", kept);
    return answer;
  }

  private static ObjectNode json(Session session, String id) {
    return TraceRows.json(session, List.of(TraceRows.require(session, id))).getFirst();
  }

  /// `GET /api/3.0/mlflow/traces/{trace_id}`.
  public ObjectNode info(Arguments arguments) {
    String id = arguments.required("trace_id");
    ObjectNode answer = Json.object();
    answer.putObject("trace").set("trace_info", database.read(session -> json(session, id)));
    return answer;
  }

  /// `GET /api/3.0/mlflow/traces/get`: with its spans.
  public ObjectNode get(Arguments arguments) {
    String id = arguments.required("trace_id");
    ObjectNode answer = Json.object();
    answer.set(
        "trace",
        database
            .read(session -> withSpans(session, List.of(TraceRows.require(session, id))))
            .getFirst());
    return answer;
  }

  /// `GET /api/3.0/mlflow/traces/batchGet`: those there are, in the order asked for.
  public ObjectNode batch(Arguments arguments) {
    return many(arguments, Traces::withSpans, "traces");
  }

  /// `POST /api/3.0/mlflow/traces/batchGetInfos`.
  public ObjectNode batchInfos(Arguments arguments) {
    return many(arguments, TraceRows::json, "trace_infos");
  }

  private interface Shown {
    List<ObjectNode> of(Session session, List<TraceInfo> infos);
  }

  private ObjectNode many(Arguments arguments, Shown shown, String field) {
    List<String> ids = arguments.texts("trace_ids").stream().distinct().toList();
    if (ids.size() > MAX_BATCH) {
      throw RegistryException.invalid(
          "at most " + MAX_BATCH + " traces can be asked for at once, got " + ids.size());
    }
    List<ObjectNode> found =
        database.read(
            session -> {
              var byId = new LinkedHashMap<String, TraceInfo>();
              TraceRows.all(session, ids).forEach(info -> byId.put(info.id(), info));
              var ordered = ids.stream().filter(byId::containsKey).map(byId::get).toList();
              return shown.of(session, ordered);
            });
    ObjectNode answer = Json.object();
    if (!found.isEmpty()) {
      answer.putArray(field).addAll(found);
    }
    return answer;
  }

  private static List<ObjectNode> withSpans(Session session, List<TraceInfo> infos) {
    List<ObjectNode> json = TraceRows.json(session, infos);
    var found = new ArrayList<ObjectNode>();
    for (int i = 0; i < infos.size(); i++) {
      ObjectNode trace = Json.object();
      trace.set("trace_info", json.get(i));
      var spans = TraceRows.spans(session, infos.get(i).id());
      if (!spans.isEmpty()) {
        trace.putArray("spans").addAll(spans);
      }
      found.add(trace);
    }
    return found;
  }

  /// The trace's file `traces.json`, where its spans are in the database; else where that file is.
  ///
  /// @throws RegistryException if there is no such trace
  public Found file(String id) {
    return database.read(
        session -> {
          TraceInfo info = TraceRows.require(session, id);
          var spans = TraceRows.spans(session, id);
          String place = info.tags().getOrDefault(TraceInfo.LOCATION_TAG, "");
          return new Found(
              spans.isEmpty() ? Optional.empty() : Optional.of(OtlpSpans.file(spans)), place);
        });
  }

  /// @param content absent: it is at the place
  /// @param place where the trace's artifacts are
  public record Found(Optional<ObjectNode> content, String place) {}

  public ObjectNode setTag(Arguments arguments) {
    String id = id(arguments);
    String key = arguments.required("key");
    String value = arguments.text("value");
    return changed(
        id,
        session -> {
          TraceRows.keepPairs(session, "trace_tags", id, Map.of(key, value));
          return 1;
        });
  }

  public ObjectNode deleteTag(Arguments arguments) {
    String id = id(arguments);
    String key = arguments.required("key");
    return changed(
        id,
        session -> {
          int gone =
              session.update("DELETE FROM trace_tags WHERE trace_id = ? AND key = ?", id, key);
          if (gone == 0) {
            throw RegistryException.missing(
                "No trace tag with key '" + key + "' for trace with ID '" + id + "'");
          }
          return gone;
        });
  }

  private static String id(Arguments arguments) {
    return arguments.has("trace_id")
        ? arguments.required("trace_id")
        : arguments.required("request_id");
  }

  private ObjectNode changed(String id, Function<Session, Integer> change) {
    var _ =
        database.write(
            session -> {
              TraceRows.requireThere(session, id);
              return change.apply(session);
            });
    return Json.object();
  }

  /// Deletes by ids, or the oldest of an experiment up to a time.
  public ObjectNode delete(Arguments arguments) {
    long experiment = experiment(arguments.required("experiment_id"));
    List<String> ids =
        arguments.has("trace_ids") ? arguments.texts("trace_ids") : arguments.texts("request_ids");
    var until = arguments.number("max_timestamp_millis");
    var most = arguments.number("max_traces");
    checkDeletion(ids, until, most);
    long limit = Math.min(most.orElse((long) MAX_DELETED), MAX_DELETED);
    int gone =
        database.write(
            session -> {
              List<String> chosen =
                  ids.isEmpty()
                      ? session.list(
                          "SELECT trace_id FROM traces WHERE experiment_id = ?"
                              + " AND request_time <= ? ORDER BY request_time, trace_id LIMIT "
                              + limit,
                          row -> row.text(1),
                          experiment,
                          until.orElse(0L))
                      : ids;
              return remove(session, experiment, chosen);
            });
    return Json.object().put("traces_deleted", gone);
  }

  private static void checkDeletion(List<String> ids, Optional<Long> until, Optional<Long> most) {
    if (until.isEmpty() == ids.isEmpty()) {
      throw RegistryException.invalid(
          until.isEmpty()
              ? "Either `max_timestamp_millis` or `trace_ids` must be specified."
              : "Only one of `max_timestamp_millis` and `trace_ids` can be specified.");
    }
    if (!ids.isEmpty() && most.isPresent()) {
      throw RegistryException.invalid("`max_traces` can't be specified if `trace_ids` is.");
    }
    if (most.isPresent() && most.get() <= 0) {
      throw RegistryException.invalid(
          "`max_traces` must be a positive integer, received " + most.get() + ".");
    }
  }

  private static int remove(Session session, long experiment, List<String> ids) {
    int gone = 0;
    for (String id : ids) {
      if (session.exists(
          "SELECT 1 FROM traces WHERE trace_id = ? AND experiment_id = ?", id, experiment)) {
        for (String table : TABLES) {
          session.update("DELETE FROM " + table + " WHERE trace_id = ?", id);
        }
        gone++;
      }
    }
    return gone;
  }

  /// Removes all traces of an experiment for good.
  public static void purge(Session session, long experiment) {
    for (String table : TABLES.subList(0, TABLES.size() - 1)) {
      session.update(
          "DELETE FROM "
              + table
              + " WHERE trace_id IN (SELECT trace_id FROM traces WHERE experiment_id = ?)",
          experiment);
    }
    session.update("DELETE FROM traces WHERE experiment_id = ?", experiment);
  }

  /// `POST /api/2.0/mlflow/traces/link-to-run`.
  public ObjectNode link(Arguments arguments) {
    String run = arguments.required("run_id");
    List<String> ids = arguments.texts("trace_ids");
    if (ids.size() > MAX_LINKED) {
      throw RegistryException.invalid(
          "Cannot link more than "
              + MAX_LINKED
              + " traces to a run in a single request."
              + " Provided "
              + ids.size()
              + " traces.");
    }
    var _ =
        database.write(
            session -> {
              if (!session.exists("SELECT 1 FROM runs WHERE run_id = ?", run)) {
                throw RegistryException.missing("Run with id=" + run + " not found");
              }
              ids.forEach(
                  id -> {
                    TraceRows.requireThere(session, id);
                    TraceRows.link(session, id, run);
                  });
              return ids.size();
            });
    return Json.object();
  }

  /// `POST /api/2.0/mlflow/traces/link-prompts`: kept as a tag, a JSON list, each prompt once.
  public ObjectNode linkPrompts(Arguments arguments) {
    String id = arguments.required("trace_id");
    List<ObjectNode> prompts =
        arguments.objects("prompt_versions").stream()
            .map(
                each ->
                    Json.object()
                        .put("name", each.required("name"))
                        .put("version", each.required("version")))
            .toList();
    return changed(
        id,
        session -> {
          String known = TraceRows.require(session, id).tags().getOrDefault(PROMPTS_TAG, "[]");
          var all = Json.array();
          Json.MAPPER.readTree(known).forEach(all::add);
          prompts.stream()
              .filter(each -> all.valueStream().noneMatch(each::equals))
              .forEach(all::add);
          TraceRows.keepPairs(session, "trace_tags", id, Map.of(PROMPTS_TAG, all.toString()));
          return all.size();
        });
  }

  /// What `assessment`'s field must not be.
  static RegistryException wrong(String field, String found, String why) {
    return Arguments.invalidValue(field, StringNode.valueOf(found), why);
  }
}
