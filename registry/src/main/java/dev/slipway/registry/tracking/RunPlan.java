package dev.slipway.registry.tracking;

import dev.slipway.registry.filter.Comparison;
import dev.slipway.registry.filter.Condition;
import dev.slipway.registry.filter.Ordering;
import dev.slipway.registry.filter.Vocabulary.Side;
import dev.slipway.registry.rest.Page;
import dev.slipway.registry.sql.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/// How a search finds its runs without looking at all of them.
///
/// Implementation note: runs lie in the order of their start, so a page of them is read from there,
/// each run asked whether it fulfils the filter: quick where many do. Where a clause about a
/// metric,
/// a param or a tag is fulfilled by few ([#FEW]), those few are read instead. A page ordered by a
/// metric begins with runs that have it, in the order in which the metric's values lie: only where
/// these are fewer than the page wants, the runs without it, which come last either way, are looked
/// at too.
///
/// @param from the tables, with `e` among them
/// @param sorted of a first attempt that may find too few; empty for none
record RunPlan(String from, Condition where, String tail, Page page, Optional<RunPlan> sorted) {
  private static final int FEW = 2000;
  private static final Set<String> SELECTIVE = Set.of("=", ">", ">=", "<", "<=");
  private static final Map<String, String> TABLES =
      Map.of("metric", "latest_metrics", "parameter", "params", "tag", "tags");
  private static final String FIRST = "e.start_time DESC, e.run_id";

  static RunPlan of(
      Session session, Condition where, List<Comparison> clauses, Ordering order, Page page) {
    for (Comparison each : clauses) {
      Optional<Condition> few = few(session, each);
      if (few.isPresent()) {
        return all(Optional.of(each), few.get(), where, order, page);
      }
    }
    RunPlan whole = all(Optional.empty(), Condition.ALL, where, order, page);
    return order
        .byMetric()
        .map(
            metric ->
                new RunPlan(
                    whole.from,
                    whole.where,
                    whole.tail,
                    page,
                    Optional.of(ordered(metric, where, page))))
        .orElse(whole);
  }

  /// @param driver the clause that few rows fulfil
  private static RunPlan all(
      Optional<Comparison> driver, Condition few, Condition where, Ordering order, Page page) {
    var values = new ArrayList<Object>(few.arguments());
    values.addAll(order.arguments());
    values.addAll(where.arguments());
    String from = driver.map(clause -> driven(clause, few)).orElse("runs e");
    String joined = driver.isPresent() ? "e.run_id = f.run_id AND " : "";
    return new RunPlan(
        from + order.joins(),
        new Condition(joined + where.sql(), values),
        order.sql(FIRST),
        page,
        Optional.empty());
  }

  /// What a clause asks of its table, where few rows fulfil it.
  private static Optional<Condition> few(Session session, Comparison clause) {
    if (!TABLES.containsKey(clause.entity()) || !SELECTIVE.contains(clause.operator())) {
      return Optional.empty();
    }
    Condition inner = Condition.beside(new Side("", "", clause.entity().equals("metric")), clause);
    if (!clause.entity().equals("metric")) {
      var value = clause.values().getFirst();
      inner = inner.and(Condition.of("substr(x.value, 1, 64) = substr(?, 1, 64)", value));
    }
    long found =
        session
            .first(
                "SELECT count(*) FROM (SELECT 1 FROM "
                    + TABLES.get(clause.entity())
                    + " x WHERE "
                    + inner.sql()
                    + " LIMIT "
                    + (FEW + 1)
                    + ") f",
                row -> row.number(1),
                inner.arguments().toArray())
            .orElse(0L);
    return found <= FEW ? Optional.of(inner) : Optional.empty();
  }

  private static String driven(Comparison clause, Condition few) {
    return "(SELECT x.run_id FROM "
        + TABLES.get(clause.entity())
        + " x WHERE "
        + few.sql()
        + ") f CROSS JOIN runs e";
  }

  private static RunPlan ordered(Ordering.Metric metric, Condition where, Page page) {
    var values = new ArrayList<Object>();
    values.add(metric.name());
    values.addAll(where.arguments());
    return new RunPlan(
        "latest_metrics o CROSS JOIN runs e",
        new Condition(
            "o.key = ? AND o.is_nan = 0 AND e.run_id = o.run_id AND " + where.sql(), values),
        " ORDER BY o.value" + metric.direction() + ", " + FIRST,
        page,
        Optional.empty());
  }

  /// As many as the page has, and one more where there is another page.
  List<ObjectNode> infos(Session session) {
    if (sorted.isPresent()) {
      List<ObjectNode> first = sorted.get().infos(session);
      if (first.size() > page.limit()) {
        return first;
      }
    }
    return session.list(
        "SELECT " + RunReader.INFO + " FROM " + from + " WHERE " + where.sql() + tail + page.sql(),
        RunReader::info,
        where.arguments().toArray());
  }
}
