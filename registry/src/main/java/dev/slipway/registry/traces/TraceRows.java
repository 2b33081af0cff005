package dev.slipway.registry.traces;

import dev.slipway.base.Json;
import dev.slipway.registry.RegistryException;
import dev.slipway.registry.filter.Condition;
import dev.slipway.registry.sql.Row;
import dev.slipway.registry.sql.Session;
import dev.slipway.registry.tracking.Experiments;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Traces in their tables, read many at a time.
final class TraceRows {
  static final String COLUMNS =
      "e.trace_id, e.experiment_id, e.request_time, e.execution_duration, e.state,"
          + " e.client_request_id, e.request_preview, e.response_preview";
  private static final int AT_ONCE = 400;
  private static final int KEY_CHARACTERS = 250;
  private static final int VALUE_CHARACTERS = 8000;

  private TraceRows() {}

  static TraceInfo info(Row row) {
    return new TraceInfo(
        row.text(1),
        row.number(2),
        row.number(3),
        row.absent(4) ? Optional.empty() : Optional.of(row.number(4)),
        row.text(5),
        row.text(6),
        row.text(7),
        row.text(8),
        Map.of(),
        Map.of());
  }

  static Optional<TraceInfo> find(Session session, String id) {
    return session
        .first("SELECT " + COLUMNS + " FROM traces e WHERE e.trace_id = ?", TraceRows::info, id)
        .map(found -> whole(session, List.of(found)).getFirst());
  }

  /// @throws RegistryException if there is none
  static TraceInfo require(Session session, String id) {
    return find(session, id).orElseThrow(() -> unknown(id));
  }

  static void requireThere(Session session, String id) {
    if (!session.exists("SELECT 1 FROM traces WHERE trace_id = ?", id)) {
      throw unknown(id);
    }
  }

  static RegistryException unknown(String id) {
    return RegistryException.missing("Trace with ID '" + id + "' not found.");
  }

  static List<TraceInfo> all(Session session, List<String> ids) {
    var found = new ArrayList<TraceInfo>();
    for (int from = 0; from < ids.size(); from += AT_ONCE) {
      var among =
          Condition.in("e.trace_id", ids.subList(from, Math.min(ids.size(), from + AT_ONCE)));
      found.addAll(
          session.list(
              "SELECT " + COLUMNS + " FROM traces e WHERE " + among.sql(),
              TraceRows::info,
              among.arguments().toArray()));
    }
    return whole(session, found);
  }

  /// Adds tags and metadata.
  static List<TraceInfo> whole(Session session, List<TraceInfo> bare) {
    var tags = new HashMap<String, Map<String, String>>();
    var metadata = new HashMap<String, Map<String, String>>();
    each(bare, among -> read(session, "trace_tags", among, tags));
    each(bare, among -> read(session, "trace_metadata", among, metadata));
    return bare.stream()
        .map(
            info ->
                merged(
                    info,
                    metadata.getOrDefault(info.id(), Map.of()),
                    tags.getOrDefault(info.id(), Map.of())))
        .toList();
  }

  private static void each(List<TraceInfo> all, java.util.function.Consumer<Condition> action) {
    for (int from = 0; from < all.size(); from += AT_ONCE) {
      var some = all.subList(from, Math.min(all.size(), from + AT_ONCE));
      action.accept(Condition.in("trace_id", some.stream().map(TraceInfo::id).toList()));
    }
  }

  private static void read(
      Session session, String table, Condition among, Map<String, Map<String, String>> into) {
    var _ =
        session.list(
            "SELECT trace_id, key, value FROM " + table + " WHERE " + among.sql(),
            row ->
                into.computeIfAbsent(row.text(1), _ -> new HashMap<>())
                    .put(row.text(2), row.text(3)),
            among.arguments().toArray());
  }

  /// The same with more metadata and tags.
  static TraceInfo merged(TraceInfo info, Map<String, String> metadata, Map<String, String> tags) {
    var allMetadata = new HashMap<>(info.metadata());
    allMetadata.putAll(metadata);
    var allTags = new HashMap<>(info.tags());
    allTags.putAll(tags);
    return new TraceInfo(
        info.id(),
        info.experiment(),
        info.requestTime(),
        info.duration(),
        info.state(),
        info.clientRequestId(),
        info.requestPreview(),
        info.responsePreview(),
        allMetadata,
        allTags);
  }

  /// Keeps a trace, its tags and metadata; of one that is known, what is new.
  static void keep(Session session, TraceInfo info) {
    String place = Experiments.location(session, info.experiment());
    session.update(
        "INSERT INTO traces (trace_id, experiment_id, request_time, execution_duration, state,"
            + " client_request_id, request_preview, response_preview)"
            + " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (trace_id) DO UPDATE SET"
            + " request_time = excluded.request_time,"
            + " execution_duration = excluded.execution_duration, state = excluded.state,"
            + " client_request_id = CASE WHEN excluded.client_request_id = ''"
            + " THEN traces.client_request_id ELSE excluded.client_request_id END,"
            + " request_preview = CASE WHEN excluded.request_preview = ''"
            + " THEN traces.request_preview ELSE excluded.request_preview END,"
            + " response_preview = CASE WHEN excluded.response_preview = ''"
            + " THEN traces.response_preview ELSE excluded.response_preview END",
        info.id(),
        info.experiment(),
        info.requestTime(),
        info.duration().orElse(null),
        info.state(),
        info.clientRequestId(),
        info.requestPreview(),
        info.responsePreview());
    keepPairs(session, "trace_tags", info.id(), info.tags());
    session.update(
        "INSERT INTO trace_tags (trace_id, key, value) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        info.id(),
        TraceInfo.LOCATION_TAG,
        place + "/traces/" + info.id() + "/artifacts");
    keepPairs(session, "trace_metadata", info.id(), info.metadata());
    String run = info.metadata().getOrDefault(TraceInfo.SOURCE_RUN, "");
    if (!run.isEmpty()) {
      link(session, info.id(), run);
    }
  }

  static void link(Session session, String trace, String run) {
    session.update(
        "INSERT INTO trace_runs (trace_id, run_id) VALUES (?, ?) ON CONFLICT DO NOTHING",
        trace,
        run);
  }

  /// @param table `trace_tags` or `trace_metadata`
  static void keepPairs(Session session, String table, String id, Map<String, String> pairs) {
    pairs.forEach(
        (key, value) ->
            session.update(
                "INSERT INTO "
                    + table
                    + " (trace_id, key, value) VALUES (?, ?, ?)"
                    + " ON CONFLICT (trace_id, key) DO UPDATE SET value = excluded.value",
                id,
                cut(key, KEY_CHARACTERS),
                cut(value, VALUE_CHARACTERS)));
  }

  static String cut(String text, int limit) {
    return text.codePointCount(0, text.length()) <= limit
        ? text
        : text.substring(0, text.offsetByCodePoints(0, limit));
  }

  /// `TraceInfoV3` of traces with their assessments.
  static List<ObjectNode> json(Session session, List<TraceInfo> infos) {
    var assessed = new HashMap<String, ArrayNode>();
    each(
        infos,
        among -> {
          var _ =
              session.list(
                  "SELECT trace_id, document FROM assessments WHERE "
                      + among.sql()
                      + " ORDER BY trace_id, creation_time, assessment_id",
                  row ->
                      assessed
                          .computeIfAbsent(row.text(1), _ -> Json.array())
                          .add(Json.MAPPER.readTree(row.text(2))),
                  among.arguments().toArray());
        });
    return infos.stream()
        .map(
            info -> {
              ObjectNode json = info.json();
              if (assessed.containsKey(info.id())) {
                json.set("assessments", assessed.get(info.id()));
              }
              return json;
            })
        .toList();
  }

  /// The spans of a trace as OpenTelemetry's JSON, in the order they began.
  static List<ObjectNode> spans(Session session, String id) {
    return session.list(
        "SELECT content FROM spans WHERE trace_id = ? ORDER BY start_nanos, span_id",
        row -> Json.parseObject(row.text(1)),
        id);
  }
}
