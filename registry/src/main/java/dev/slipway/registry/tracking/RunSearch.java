package dev.slipway.registry.tracking;

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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/// Finds runs by MLflow's filters.
public final class RunSearch {
  private static final int MAX_RESULTS = 50_000;
  private static final String SAME_RUN = "x.run_id = e.run_id";

  /// A dataset's columns and its context, of each run that reads it.
  private static final String DATASETS =
      "(SELECT i.run_id, d.name, d.digest, t.value AS context FROM inputs i"
          + " JOIN datasets d ON d.dataset_id = i.dataset_id"
          + " LEFT JOIN input_tags t ON t.run_id = i.run_id AND t.dataset_id = i.dataset_id"
          + " AND t.key = 'mlflow.data.context')";

  static final Vocabulary VOCABULARY =
      new Vocabulary(
          Map.of(
              "run_id", Attribute.key("e.run_id"),
              "run_name", Attribute.text("e.name"),
              "status", Attribute.text("e.status"),
              "artifact_uri", Attribute.text("e.artifact_uri"),
              "user_id", Attribute.text("e.user_id"),
              "start_time", Attribute.number("e.start_time"),
              "end_time", Attribute.number("e.end_time")),
          Map.of(
              "metric", new Side("latest_metrics", SAME_RUN, true),
              "parameter", new Side("params", SAME_RUN, false),
              "tag", new Side("tags", SAME_RUN, false),
              "dataset", Side.of(DATASETS, SAME_RUN, "name", "digest", "context")),
          Map.of(
              "created", "start_time",
              "Created", "start_time",
              "run name", "run_name",
              "Run name", "run_name",
              "Run Name", "run_name"));

  private final Database database;

  public RunSearch(Database database) {
    this.database = database;
  }

  public ObjectNode search(Arguments arguments) {
    var page = Page.of(arguments, 1000, MAX_RESULTS);
    List<Comparison> clauses = Filters.parse(VOCABULARY, arguments.text("filter"));
    Ordering order = Ordering.parse(VOCABULARY, arguments.texts("order_by"));
    Condition where =
        Condition.in("e.experiment_id", numbers(arguments.texts("experiment_ids")))
            .and(Experiments.view(arguments.text("run_view_type")))
            .and(Condition.of(VOCABULARY, clauses));
    List<ObjectNode> found =
        database.read(
            session -> runs(session, RunPlan.of(session, where, clauses, order, page), page));
    return page.answer("runs", found, each -> each);
  }

  private static List<ObjectNode> runs(Session session, RunPlan plan, Page page) {
    List<ObjectNode> infos = plan.infos(session);
    var runs = new ArrayList<>(RunReader.whole(session, page.shown(infos)));
    if (infos.size() > page.limit()) {
      runs.add(infos.getLast());
    }
    return runs;
  }

  /// Those that are numbers: others name no experiment.
  public static List<Long> numbers(List<String> ids) {
    return ids.stream()
        .filter(id -> id.matches("\\d{1,18}"))
        .map(Long::valueOf)
        .distinct()
        .toList();
  }
}
