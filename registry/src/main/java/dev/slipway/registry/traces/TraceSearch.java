package dev.slipway.registry.traces;

import dev.slipway.registry.filter.Comparison;
import dev.slipway.registry.filter.Condition;
import dev.slipway.registry.filter.Filters;
import dev.slipway.registry.filter.Ordering;
import dev.slipway.registry.filter.Vocabulary;
import dev.slipway.registry.filter.Vocabulary.Attribute;
import dev.slipway.registry.filter.Vocabulary.Side;
import dev.slipway.registry.rest.Arguments;
import dev.slipway.registry.rest.Page;
import dev.slipway.registry.sql.Database;
import dev.slipway.registry.sql.Session;
import dev.slipway.registry.tracking.RunSearch;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import tools.jackson.databind.node.ObjectNode;

/// Finds traces by MLflow's filters.
///
/// Source: mlflow/utils/search_utils.py, `SearchTraceUtils`.
public final class TraceSearch {
  private static final int MAX_RESULTS = 500;
  private static final String SAME = "x.trace_id = e.trace_id";
  private static final Vocabulary VOCABULARY =
      new Vocabulary(
          attributes(),
          Map.of(
              "tag", new Side("trace_tags", SAME, false),
              "metadata", new Side("trace_metadata", SAME, false),
              "feedback", assessed("feedback"),
              "expectation", assessed("expectation"),
              "span", Side.of("spans", SAME, "name", "type", "status", "content"),
              "link", Side.of("trace_runs", SAME, "run_id")),
          Map.ofEntries(
              Map.entry("request_id", "trace_id"),
              Map.entry("id", "trace_id"),
              Map.entry("timestamp", "timestamp_ms"),
              Map.entry("request_time", "timestamp_ms"),
              Map.entry("execution_time", "execution_time_ms"),
              Map.entry("execution_duration", "execution_time_ms"),
              Map.entry("state", "status"),
              Map.entry("end_time", "end_time_ms")));

  private final Database database;

  public TraceSearch(Database database) {
    this.database = database;
  }

  private static Map<String, Attribute> attributes() {
    var all = new LinkedHashMap<String, Attribute>();
    all.put("trace_id", Attribute.key("e.trace_id"));
    all.put("timestamp_ms", Attribute.number("e.request_time"));
    all.put("execution_time_ms", Attribute.number("e.execution_duration"));
    all.put("end_time_ms", Attribute.number("(e.request_time + e.execution_duration)"));
    all.put("status", Attribute.key("e.state"));
    all.put("client_request_id", Attribute.key("e.client_request_id"));
    all.put("name", Attribute.key(other("trace_tags", TraceInfo.NAME_TAG)));
    all.put("run_id", Attribute.key(other("trace_metadata", TraceInfo.SOURCE_RUN)));
    all.put("text", Attribute.text("e.request_preview").only(Vocabulary.Use.SEARCH));
    all.put("experiment_id", Attribute.number("e.experiment_id").only(Vocabulary.Use.ORDER));
    return all;
  }

  private static String other(String table, String key) {
    return "(SELECT y.value FROM "
        + table
        + " y WHERE y.trace_id = e.trace_id AND y.key = '"
        + key
        + "')";
  }

  private static Side assessed(String kind) {
    return new Side(
        "(SELECT trace_id, name AS key, value FROM assessments WHERE valid = 1 AND kind = '"
            + kind
            + "')",
        SAME,
        false);
  }

  /// `GET /api/2.0/mlflow/traces`.
  public ObjectNode old(Arguments arguments) {
    return search(
        arguments,
        arguments.texts("experiment_ids"),
        (_, infos) -> infos.stream().map(TraceInfo::oldJson).toList());
  }

  /// `POST /api/3.0/mlflow/traces/search`.
  public ObjectNode search(Arguments arguments) {
    var experiments = new ArrayList<String>(arguments.texts("experiment_ids"));
    for (Arguments each : arguments.objects("locations")) {
      experiments.add(each.object("mlflow_experiment").required("experiment_id"));
    }
    return search(arguments, experiments, TraceRows::json);
  }

  private interface Shown {
    List<ObjectNode> of(Session session, List<TraceInfo> infos);
  }

  private ObjectNode search(Arguments arguments, List<String> experiments, Shown shown) {
    var page = Page.of(arguments, 100, MAX_RESULTS);
    List<Comparison> clauses =
        Filters.parse(VOCABULARY, arguments.text("filter")).stream()
            .map(TraceSearch::elsewhere)
            .toList();
    Ordering order = Ordering.parse(VOCABULARY, arguments.texts("order_by"));
    Condition where =
        Condition.in("e.experiment_id", RunSearch.numbers(experiments))
            .and(Condition.of(VOCABULARY, clauses));
    String sql =
        "SELECT "
            + TraceRows.COLUMNS
            + " FROM traces e"
            + order.joins()
            + " WHERE "
            + where.sql()
            + order.sql("e.request_time DESC, e.trace_id")
            + page.sql();
    var values = new ArrayList<Object>(order.arguments());
    values.addAll(where.arguments());
    return database.read(
        session -> {
          var rows = session.list(sql, TraceRows::info, values.toArray());
          var infos = TraceRows.whole(session, page.shown(rows));
          var json = new ArrayList<ObjectNode>(shown.of(session, infos));
          if (rows.size() > json.size()) {
            json.add(rows.getLast().json());
          }
          return page.answer("traces", json, Function.identity());
        });
  }

  /// What reads like an attribute but is kept elsewhere: runs a trace was linked to, its spans.
  private static Comparison elsewhere(Comparison clause) {
    boolean attribute = clause.entity().equals("attribute");
    if (attribute && clause.key().equals("run_id")) {
      return new Comparison("link", "run_id", clause.operator(), clause.values());
    }
    if (attribute && clause.key().equals("text")) {
      return new Comparison("span", "content", clause.operator(), clause.values());
    }
    return clause;
  }
}
