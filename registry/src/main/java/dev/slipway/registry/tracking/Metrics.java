package dev.slipway.registry.tracking;

import dev.slipway.base.Json;
import dev.slipway.registry.RegistryException;
import dev.slipway.registry.filter.Condition;
import dev.slipway.registry.rest.Arguments;
import dev.slipway.registry.rest.Page;
import dev.slipway.registry.sql.Database;
import dev.slipway.registry.sql.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Histories of metrics: whole, by pages, or thinned over many runs.
public final class Metrics {
  private static final int MAX_PAGE = 25_000;
  private static final int MAX_RUNS = 100;
  private static final int MAX_POINTS = 2500;
  private static final int STANDARD_POINTS = 320;
  private static final String COLUMNS = "key, value, is_nan, timestamp, step";

  private final Database database;

  public Metrics(Database database) {
    this.database = database;
  }

  public ObjectNode history(Arguments arguments) {
    String runId = arguments.runId();
    String key = arguments.required("metric_key");
    String sql =
        "SELECT "
            + COLUMNS
            + " FROM metrics WHERE run_id = ? AND key = ?"
            + " ORDER BY timestamp, step, value";
    if (!arguments.has("max_results") && !arguments.has("page_token")) {
      var all =
          database.read(session -> session.list(sql, row -> RunReader.metric(row, 1), runId, key));
      return list("metrics", all);
    }
    var page = Page.of(arguments, MAX_PAGE, MAX_PAGE);
    List<ObjectNode> found =
        database.read(
            session -> session.list(sql + page.sql(), row -> RunReader.metric(row, 1), runId, key));
    return page.answer("metrics", found, each -> each);
  }

  private static ObjectNode list(String field, List<ObjectNode> items) {
    ObjectNode answer = Json.object();
    if (!items.isEmpty()) {
      answer.putArray(field).addAll(items);
    }
    return answer;
  }

  /// Of several runs, one after another, the first `max_results` points altogether.
  public ObjectNode historyBulk(Arguments arguments) {
    List<String> runIds = bulkRunIds(arguments);
    if (!arguments.has("metric_key")) {
      throw RegistryException.invalid("GetMetricHistoryBulk request must specify a metric_key.");
    }
    String key = arguments.text("metric_key");
    long limit = Math.clamp(arguments.number("max_results", MAX_PAGE), 1, MAX_PAGE);
    var metrics = Json.array();
    database.read(
        session -> {
          for (String runId : new TreeSet<>(runIds)) {
            if (metrics.size() >= limit) {
              break;
            }
            var _ =
                session.list(
                    "SELECT "
                        + COLUMNS
                        + " FROM metrics WHERE run_id = ? AND key = ?"
                        + " ORDER BY timestamp, step, value LIMIT "
                        + (limit - metrics.size()),
                    row -> metrics.add(RunReader.metric(row, 1).put("run_id", runId)),
                    runId,
                    key);
          }
          return true;
        });
    ObjectNode answer = Json.object();
    answer.set("metrics", metrics);
    return answer;
  }

  /// Of several runs, points at `max_results` steps spread evenly, and at the first and the last of
  /// each run: which steps those are is MLflow's arithmetic.
  public ObjectNode historyInterval(Arguments arguments) {
    List<String> runIds = intervalRunIds(arguments);
    String key = arguments.required("metric_key");
    long limit = arguments.number("max_results", STANDARD_POINTS);
    if (limit < 1 || limit > MAX_POINTS) {
      throw RegistryException.invalid(
          "max_results must be between 1 and " + MAX_POINTS + ", got " + limit);
    }
    Condition between = between(arguments);
    ObjectNode answer = Json.object();
    ArrayNode metrics = Json.array();
    var _ =
        database.read(
            session -> {
              List<Long> steps = steps(session, runIds, key, between, (int) limit);
              runIds.forEach(run -> metrics.addAll(at(session, run, key, between, steps)));
              return true;
            });
    if (!metrics.isEmpty()) {
      answer.set("metrics", metrics);
    }
    return answer;
  }

  private static List<String> bulkRunIds(Arguments arguments) {
    List<String> runIds = arguments.texts("run_id");
    if (runIds.isEmpty()) {
      throw RegistryException.invalid(
          "GetMetricHistoryBulk request must specify at least one run_id.");
    }
    if (runIds.size() > MAX_RUNS) {
      throw RegistryException.invalid(
          "GetMetricHistoryBulk request cannot specify more than %d run_ids. Received %d run_ids."
              .formatted(MAX_RUNS, runIds.size()));
    }
    return runIds;
  }

  private static List<String> intervalRunIds(Arguments arguments) {
    List<String> runIds = arguments.texts("run_ids");
    if (runIds.isEmpty()) {
      throw Arguments.missing("run_ids");
    }
    if (runIds.size() > MAX_RUNS) {
      throw RegistryException.invalid(
          "GetMetricHistoryBulkInterval request must specify at most %d run_ids. Received %d"
                  .formatted(MAX_RUNS, runIds.size())
              + " run_ids.");
    }
    return runIds;
  }

  private static Condition between(Arguments arguments) {
    var start = arguments.number("start_step");
    var end = arguments.number("end_step");
    if (start.isPresent() != end.isPresent()) {
      throw RegistryException.invalid(
          "If either start step or end step are specified, both must be specified.");
    }
    if (start.isEmpty()) {
      return Condition.ALL;
    }
    if (start.get() > end.get()) {
      throw RegistryException.invalid(
          "end_step must be greater than start_step. Found start_step=%d and end_step=%d."
              .formatted(start.get(), end.get()));
    }
    return Condition.of("step >= ? AND step <= ?", start.get(), end.get());
  }

  /// Steps of all runs, thinned.
  private static List<Long> steps(
      Session session, List<String> runIds, String key, Condition between, int limit) {
    var all = new TreeSet<Long>();
    var kept = new TreeSet<Long>();
    for (String runId : runIds) {
      var found =
          session.list(
              "SELECT DISTINCT step FROM metrics WHERE run_id = ? AND key = ? AND "
                  + between.sql()
                  + " ORDER BY step",
              row -> row.number(1),
              arguments(runId, key, between));
      all.addAll(found);
      if (!found.isEmpty()) {
        kept.add(found.getFirst());
        kept.add(found.getLast());
      }
    }
    if (all.size() <= limit) {
      return List.copyOf(all);
    }
    List<Long> sorted = List.copyOf(all);
    double width = (double) sorted.size() / limit;
    for (int i = 0; i < limit; i++) {
      kept.add(sorted.get((int) (i * width)));
    }
    kept.add(sorted.getLast());
    return List.copyOf(kept);
  }

  private static Object[] arguments(String runId, String key, Condition between) {
    var all = new ArrayList<Object>(List.of(runId, key));
    all.addAll(between.arguments());
    return all.toArray();
  }

  private static List<ObjectNode> at(
      Session session, String runId, String key, Condition between, List<Long> steps) {
    var wanted = new TreeSet<>(steps);
    return session
        .list(
            "SELECT "
                + COLUMNS
                + " FROM metrics WHERE run_id = ? AND key = ? AND "
                + between.sql()
                + " ORDER BY step, timestamp, value",
            row -> RunReader.metric(row, 1).put("run_id", runId),
            arguments(runId, key, between))
        .stream()
        .filter(each -> wanted.contains(each.path("step").longValue()))
        .toList();
  }
}
