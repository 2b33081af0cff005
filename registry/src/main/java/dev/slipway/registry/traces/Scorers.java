package dev.slipway.registry.traces;

import dev.slipway.base.Json;
import dev.slipway.registry.RegistryException;
import dev.slipway.registry.filter.Condition;
import dev.slipway.registry.rest.Arguments;
import dev.slipway.registry.sql.Database;
import dev.slipway.registry.sql.Row;
import dev.slipway.registry.tracking.Experiments;
import dev.slipway.registry.tracking.Names;
import dev.slipway.registry.tracking.RunSearch;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import tools.jackson.databind.node.ObjectNode;

/// Scorers of experiments: what judges traces, written down as JSON, with a version for each time
/// it was registered.
public final class Scorers {
  private static final String COLUMNS =
      "experiment_id, name, version, scorer_id, serialized, creation_time";
  private static final int NAME_CHARACTERS = 250;
  private static final int SERIALIZED_CHARACTERS = 1 << 20;

  private final Database database;
  private final InstantSource clock;

  public Scorers(Database database, InstantSource clock) {
    this.database = database;
    this.clock = clock;
  }

  public ObjectNode register(Arguments arguments) {
    long experiment = Experiments.number(arguments.required("experiment_id"));
    String name = arguments.required("name");
    String serialized = arguments.required("serialized_scorer");
    Names.checkLength("name", NAME_CHARACTERS, name);
    Names.checkLength("serialized_scorer", SERIALIZED_CHARACTERS, serialized);
    long now = clock.millis();
    ObjectNode kept =
        database.write(
            session -> {
              Experiments.requireActive(session, experiment);
              var known =
                  session.first(
                      "SELECT "
                          + COLUMNS
                          + " FROM scorers WHERE experiment_id = ? AND name = ?"
                          + " ORDER BY version DESC LIMIT 1",
                      Scorers::scorer,
                      experiment,
                      name);
              long version = known.map(each -> each.path("scorer_version").longValue()).orElse(0L);
              String id =
                  known
                      .map(each -> Json.text(each, "scorer_id"))
                      .orElseGet(() -> UUID.randomUUID().toString());
              session.update(
                  "INSERT INTO scorers (" + COLUMNS + ") VALUES (?, ?, ?, ?, ?, ?)",
                  experiment,
                  name,
                  version + 1,
                  id,
                  serialized,
                  now);
              return Json.object().put("version", version + 1).put("scorer_id", id);
            });
    return kept.put("experiment_id", Long.toString(experiment))
        .put("name", name)
        .put("serialized_scorer", serialized)
        .put("creation_time", now);
  }

  private static ObjectNode scorer(Row row) {
    return Json.object()
        .put("experiment_id", row.number(1))
        .put("scorer_name", row.text(2))
        .put("scorer_version", row.number(3))
        .put("serialized_scorer", row.text(5))
        .put("creation_time", row.number(6))
        .put("scorer_id", row.text(4));
  }

  /// The newest version of each scorer of experiments.
  public ObjectNode list(Arguments arguments) {
    var experiments = new ArrayList<String>(arguments.texts("experiment_ids"));
    if (arguments.has("experiment_id")) {
      experiments.add(arguments.text("experiment_id"));
    }
    if (experiments.isEmpty()) {
      throw Arguments.missing("experiment_id");
    }
    Condition among = Condition.in("s.experiment_id", RunSearch.numbers(experiments));
    return listed(
        "SELECT "
            + COLUMNS
            + " FROM scorers s WHERE "
            + among.sql()
            + " AND s.version = (SELECT max(n.version) FROM scorers n"
            + " WHERE n.experiment_id = s.experiment_id AND n.name = s.name)"
            + " ORDER BY s.experiment_id, s.name",
        among.arguments());
  }

  /// All versions of one, the oldest first.
  public ObjectNode versions(Arguments arguments) {
    long experiment = Experiments.number(arguments.required("experiment_id"));
    String name = arguments.required("name");
    ObjectNode found =
        listed(
            "SELECT "
                + COLUMNS
                + " FROM scorers WHERE experiment_id = ? AND name = ? ORDER BY version",
            List.of(experiment, name));
    if (!found.has("scorers")) {
      throw unknown(experiment, name);
    }
    return found;
  }

  private ObjectNode listed(String sql, List<Object> values) {
    var found = database.read(session -> session.list(sql, Scorers::scorer, values.toArray()));
    ObjectNode answer = Json.object();
    if (!found.isEmpty()) {
      answer.putArray("scorers").addAll(found);
    }
    return answer;
  }

  private static RegistryException unknown(long experiment, String name) {
    return RegistryException.missing(
        "Scorer with name '" + name + "' not found for experiment " + experiment + ".");
  }

  /// One version, the newest where none is named.
  public ObjectNode get(Arguments arguments) {
    long experiment = Experiments.number(arguments.required("experiment_id"));
    String name = arguments.required("name");
    var version = arguments.number("version");
    ObjectNode found =
        database.read(
            session ->
                session
                    .first(
                        "SELECT "
                            + COLUMNS
                            + " FROM scorers WHERE experiment_id = ? AND name = ?"
                            + (version.isPresent() ? " AND version = " + version.get() : "")
                            + " ORDER BY version DESC LIMIT 1",
                        Scorers::scorer,
                        experiment,
                        name)
                    .orElseThrow(() -> unknown(experiment, name)));
    ObjectNode answer = Json.object();
    answer.set("scorer", found);
    return answer;
  }

  /// One version, or all.
  public ObjectNode delete(Arguments arguments) {
    long experiment = Experiments.number(arguments.required("experiment_id"));
    String name = arguments.required("name");
    var version = arguments.number("version");
    var _ =
        database.write(
            session -> {
              int gone =
                  session.update(
                      "DELETE FROM scorers WHERE experiment_id = ? AND name = ?"
                          + (version.isPresent() ? " AND version = " + version.get() : ""),
                      experiment,
                      name);
              if (gone == 0) {
                throw unknown(experiment, name);
              }
              return gone;
            });
    return Json.object();
  }
}
