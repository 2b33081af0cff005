package dev.slipway.registry.tracking;

import dev.slipway.base.Json;
import dev.slipway.registry.ErrorCode;
import dev.slipway.registry.RegistryException;
import dev.slipway.registry.filter.Condition;
import dev.slipway.registry.filter.Filters;
import dev.slipway.registry.filter.Ordering;
import dev.slipway.registry.filter.Vocabulary;
import dev.slipway.registry.filter.Vocabulary.Attribute;
import dev.slipway.registry.filter.Vocabulary.Side;
import dev.slipway.registry.filter.Vocabulary.Use;
import dev.slipway.registry.rest.Arguments;
import dev.slipway.registry.rest.Page;
import dev.slipway.registry.sql.Database;
import dev.slipway.registry.sql.Row;
import dev.slipway.registry.sql.Session;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/// Experiments: groups of runs under a name.
public final class Experiments {
  static final String ACTIVE = "active";
  static final String DELETED = "deleted";

  private static final int MAX_RESULTS = 50_000;
  private static final String COLUMNS =
      "e.experiment_id, e.name, e.artifact_location, e.lifecycle_stage, e.creation_time,"
          + " e.last_update_time";
  private static final Vocabulary VOCABULARY =
      new Vocabulary(
          Map.of(
              "name", Attribute.text("e.name"),
              "experiment_id", Attribute.number("e.experiment_id").only(Use.ORDER),
              "creation_time", Attribute.number("e.creation_time"),
              "last_update_time", Attribute.number("e.last_update_time")),
          Map.of("tag", new Side("experiment_tags", "x.experiment_id = e.experiment_id", false)),
          Map.of());

  private final Database database;
  private final InstantSource clock;

  public Experiments(Database database, InstantSource clock) {
    this.database = database;
    this.clock = clock;
  }

  /// Makes `Default`, number 0, where there is no experiment at all.
  public void installDefault() {
    var _ =
        database.write(
            session -> {
              if (!session.exists("SELECT 1 FROM experiments LIMIT 1")) {
                insert(session, 0, "Default", "");
              }
              return true;
            });
  }

  public ObjectNode create(Arguments arguments) {
    String name = arguments.required("name");
    checkName(name);
    String location = arguments.text("artifact_location");
    checkLocation(location);
    var tags = tags(arguments);
    long id =
        database.write(
            session -> {
              refuseTaken(session, name);
              long next =
                  session
                      .first("SELECT max(experiment_id) FROM experiments", row -> row.number(1) + 1)
                      .orElse(1L);
              insert(session, next, name, location);
              tags.forEach((key, value) -> setTag(session, next, key, value));
              return next;
            });
    return Json.object().put("experiment_id", Long.toString(id));
  }

  private static void checkName(String name) {
    Names.checkLength("name", Names.EXPERIMENT_CHARACTERS, name);
  }

  private static void checkLocation(String location) {
    if (location.startsWith("runs:")) {
      throw RegistryException.invalid(
          "Artifact location cannot be a runs:/ URI. Given: '" + location + "'");
    }
    if (location.contains("#") || location.contains("..")) {
      throw RegistryException.invalid("'artifact_location' URL can't include fragments or params.");
    }
  }

  private static Map<String, String> tags(Arguments arguments) {
    var tags = new java.util.LinkedHashMap<String, String>();
    for (Arguments each : arguments.objects("tags")) {
      String key = each.text("key");
      String value = each.text("value");
      Names.checkTag(key, value, Names.EXPERIMENT_TAG_CHARACTERS);
      tags.put(key, value);
    }
    return tags;
  }

  private static void refuseTaken(Session session, String name) {
    var taken =
        session.first(
            "SELECT lifecycle_stage FROM experiments WHERE name = ?", row -> row.text(1), name);
    if (taken.isPresent()) {
      throw RegistryException.exists(
          "Experiment(name="
              + name
              + ") already exists."
              + (taken.get().equals(DELETED)
                  ? " It is in the deleted state: restore it, or choose another name."
                  : ""));
    }
  }

  private void insert(Session session, long id, String name, String location) {
    long now = clock.millis();
    String place = location.isEmpty() ? "mlflow-artifacts:/" + id : location;
    session.update(
        "INSERT INTO experiments (experiment_id, name, artifact_location, lifecycle_stage,"
            + " creation_time, last_update_time) VALUES (?, ?, ?, ?, ?, ?)",
        id,
        name,
        place,
        ACTIVE,
        now,
        now);
  }

  public ObjectNode get(Arguments arguments) {
    long id = id(arguments);
    ObjectNode found =
        database.read(
            session ->
                session
                    .first(
                        "SELECT " + COLUMNS + " FROM experiments e WHERE e.experiment_id = ?",
                        Experiments::experiment,
                        id)
                    .map(each -> withTags(session, each))
                    .orElseThrow(() -> unknown(id)));
    return answer(found);
  }

  public ObjectNode getByName(Arguments arguments) {
    String name = arguments.required("experiment_name");
    ObjectNode found =
        database.read(
            session ->
                session
                    .first(
                        "SELECT " + COLUMNS + " FROM experiments e WHERE e.name = ?",
                        Experiments::experiment,
                        name)
                    .map(each -> withTags(session, each))
                    .orElseThrow(
                        () ->
                            RegistryException.missing(
                                "Could not find experiment with name '" + name + "'")));
    return answer(found);
  }

  private static ObjectNode answer(ObjectNode experiment) {
    ObjectNode answer = Json.object();
    answer.set("experiment", experiment);
    return answer;
  }

  public ObjectNode search(Arguments arguments) {
    var page = Page.of(arguments, 1000, MAX_RESULTS);
    var clauses = Filters.parse(VOCABULARY, arguments.text("filter"));
    var order = Ordering.parse(VOCABULARY, arguments.texts("order_by"));
    Condition where = view(arguments.text("view_type")).and(Condition.of(VOCABULARY, clauses));
    String tail =
        order.terms().isEmpty()
            ? "e.creation_time DESC, e.experiment_id DESC"
            : "e.experiment_id DESC";
    String sql =
        "SELECT "
            + COLUMNS
            + " FROM experiments e WHERE "
            + where.sql()
            + order.sql(tail)
            + page.sql();
    List<ObjectNode> found =
        database.read(
            session -> {
              var rows = session.list(sql, Experiments::experiment, where.arguments().toArray());
              page.shown(rows).forEach(each -> withTags(session, each));
              return rows;
            });
    return page.answer("experiments", found, each -> each);
  }

  /// Which lifecycle stages a view shows; `ACTIVE_ONLY` where it does not say.
  static Condition view(String view) {
    return switch (view.toUpperCase(Locale.ROOT)) {
      case "", "ACTIVE_ONLY", "1" -> Condition.of("e.lifecycle_stage = ?", ACTIVE);
      case "DELETED_ONLY", "2" -> Condition.of("e.lifecycle_stage = ?", DELETED);
      case "ALL", "3" -> Condition.ALL;
      default ->
          throw RegistryException.invalid(
              "Invalid value \""
                  + view
                  + "\" for the view type supplied: expected ACTIVE_ONLY, DELETED_ONLY or ALL");
    };
  }

  public ObjectNode update(Arguments arguments) {
    long id = id(arguments);
    String name = arguments.text("new_name");
    if (name.isEmpty()) {
      return Json.object();
    }
    checkName(name);
    var _ =
        database.write(
            session -> {
              if (!stage(session, id).equals(ACTIVE)) {
                throw RegistryException.invalid("Cannot rename a non-active experiment.");
              }
              if (session.exists(
                  "SELECT 1 FROM experiments WHERE name = ? AND experiment_id <> ?", name, id)) {
                refuseTaken(session, name);
              }
              return session.update(
                  "UPDATE experiments SET name = ?, last_update_time = ? WHERE experiment_id = ?",
                  name,
                  clock.millis(),
                  id);
            });
    return Json.object();
  }

  /// Deletes an experiment and its runs, until they are restored.
  public ObjectNode delete(Arguments arguments) {
    return turn(id(arguments), ACTIVE, DELETED);
  }

  public ObjectNode restore(Arguments arguments) {
    return turn(id(arguments), DELETED, ACTIVE);
  }

  private ObjectNode turn(long id, String from, String to) {
    long now = clock.millis();
    var _ =
        database.write(
            session -> {
              if (!stage(session, id).equals(from)) {
                throw unknown(id);
              }
              session.update(
                  "UPDATE experiments SET lifecycle_stage = ?, last_update_time = ?"
                      + " WHERE experiment_id = ?",
                  to,
                  now,
                  id);
              return session.update(
                  "UPDATE runs SET lifecycle_stage = ?, deleted_time = ? WHERE experiment_id = ?"
                      + " AND lifecycle_stage = ?",
                  to,
                  to.equals(DELETED) ? (Object) now : null,
                  id,
                  from);
            });
    return Json.object();
  }

  public ObjectNode setTag(Arguments arguments) {
    long id = id(arguments);
    String key = arguments.required("key");
    String value = arguments.present("value");
    Names.checkTag(key, value, Names.EXPERIMENT_TAG_CHARACTERS);
    var _ =
        database.write(
            session -> {
              requireActive(session, id);
              setTag(session, id, key, value);
              return touch(session, id);
            });
    return Json.object();
  }

  public ObjectNode deleteTag(Arguments arguments) {
    long id = id(arguments);
    String key = arguments.required("key");
    var _ =
        database.write(
            session -> {
              requireActive(session, id);
              int gone =
                  session.update(
                      "DELETE FROM experiment_tags WHERE experiment_id = ? AND key = ?", id, key);
              if (gone == 0) {
                throw RegistryException.missing(
                    "No tag with name: " + key + " in experiment with id " + id);
              }
              return touch(session, id);
            });
    return Json.object();
  }

  private int touch(Session session, long id) {
    return session.update(
        "UPDATE experiments SET last_update_time = ? WHERE experiment_id = ?", clock.millis(), id);
  }

  private static void setTag(Session session, long id, String key, String value) {
    session.update(
        "INSERT INTO experiment_tags (experiment_id, key, value) VALUES (?, ?, ?)"
            + " ON CONFLICT (experiment_id, key) DO UPDATE SET value = excluded.value",
        id,
        key,
        value);
  }

  /// The number of an experiment; one that is no number names no experiment.
  public static long number(String id) {
    try {
      return Long.parseLong(id);
    } catch (NumberFormatException _) {
      throw new RegistryException(
          ErrorCode.RESOURCE_DOES_NOT_EXIST, "No Experiment with id=" + id + " exists");
    }
  }

  private static long id(Arguments arguments) {
    return number(arguments.required("experiment_id"));
  }

  public static void requireActive(Session session, long id) {
    String stage = stage(session, id);
    if (!stage.equals(ACTIVE)) {
      throw RegistryException.invalid(
          "The experiment "
              + id
              + " must be in the 'active' state. Current state is "
              + stage
              + ".");
    }
  }

  private static String stage(Session session, long id) {
    return session
        .first(
            "SELECT lifecycle_stage FROM experiments WHERE experiment_id = ?",
            row -> row.text(1),
            id)
        .orElseThrow(() -> unknown(id));
  }

  public static String location(Session session, long id) {
    return session
        .first(
            "SELECT artifact_location FROM experiments WHERE experiment_id = ?",
            row -> row.text(1),
            id)
        .orElseThrow(() -> unknown(id));
  }

  private static RegistryException unknown(long id) {
    return RegistryException.missing("No Experiment with id=" + id + " exists");
  }

  private static ObjectNode experiment(Row row) {
    return Json.object()
        .put("experiment_id", Long.toString(row.number(1)))
        .put("name", row.text(2))
        .put("artifact_location", row.text(3))
        .put("lifecycle_stage", row.text(4))
        .put("creation_time", row.number(5))
        .put("last_update_time", row.number(6));
  }

  private static ObjectNode withTags(Session session, ObjectNode experiment) {
    var tags =
        session.list(
            "SELECT key, value FROM experiment_tags WHERE experiment_id = ? ORDER BY key",
            row -> Json.object().put("key", row.text(1)).put("value", row.text(2)),
            Long.parseLong(experiment.path("experiment_id").stringValue()));
    if (!tags.isEmpty()) {
      experiment.putArray("tags").addAll(tags);
    }
    return experiment;
  }
}
