package dev.slipway.registry.models;

import dev.slipway.base.Json;
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
import dev.slipway.registry.sql.Session;
import dev.slipway.registry.tracking.LoggedModels;
import dev.slipway.registry.tracking.Names;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/// Versions of registered models: numbered, with a source, a stage and tags.
public final class ModelVersions {
  private static final Vocabulary VOCABULARY =
      new Vocabulary(
          Map.of(
              "name", Attribute.text("e.name"),
              "version_number", Attribute.number("e.version"),
              "run_id", Attribute.key("e.run_id"),
              "source_path", Attribute.text("e.source"),
              "creation_timestamp", Attribute.number("e.creation_timestamp").only(Use.ORDER),
              "last_updated_timestamp",
                  Attribute.number("e.last_updated_timestamp").only(Use.ORDER)),
          Map.of(
              "tag",
              new Side("model_version_tags", "x.name = e.name AND x.version = e.version", false)),
          Map.of());

  private final Database database;
  private final InstantSource clock;
  private final ModelLocations locations;
  private final Webhooks webhooks;

  public ModelVersions(
      Database database, InstantSource clock, ModelLocations locations, Webhooks webhooks) {
    this.database = database;
    this.clock = clock;
    this.locations = locations;
    this.webhooks = webhooks;
  }

  /// @throws RegistryException if it is no number
  static long number(String version) {
    try {
      return Long.parseLong(version);
    } catch (NumberFormatException _) {
      throw RegistryException.invalid(
          "Parameter 'version' must be an integer, got '" + version + "'.");
    }
  }

  private static long number(Arguments arguments) {
    var node = arguments.tree().path("version");
    return node.isIntegralNumber() ? node.longValue() : number(arguments.required("version"));
  }

  public ObjectNode create(Arguments arguments) {
    String name = arguments.required("name");
    String source = arguments.required("source");
    List<Arguments> tags = arguments.objects("tags");
    tags.forEach(each -> Names.checkRegistryTag(each.required("key"), each.text("value")));
    boolean prompt =
        tags.stream().anyMatch(each -> each.text("key").equals("mlflow.prompt.is_prompt"));
    if (!prompt) {
      checkSource(source);
    }
    String location = prompt ? source : locations.storageIfThere(source);
    String modelId = arguments.text("model_id");
    String runId = arguments.text("run_id");
    long now = clock.millis();
    ObjectNode version =
        database.write(
            session -> {
              ModelRows.require(session, name);
              long next = next(session, name);
              session.update(
                  "INSERT INTO model_versions (name, version, creation_timestamp,"
                      + " last_updated_timestamp, description, user_id, current_stage, source,"
                      + " storage_location, run_id, run_link, status, status_message, model_id)"
                      + " VALUES (?, ?, ?, ?, ?, '', ?, ?, ?, ?, ?, 'READY', '', ?)",
                  name,
                  next,
                  now,
                  now,
                  arguments.text("description"),
                  Stages.NONE,
                  source,
                  location,
                  runId,
                  arguments.text("run_link"),
                  modelId);
              tags.forEach(
                  each -> keepTag(session, name, next, each.text("key"), each.text("value")));
              RegisteredModels.touch(session, name, now);
              if (!prompt && !modelId.isEmpty()) {
                LoggedModels.registeredAs(session, modelId, name, next);
              }
              return read(session, name, next);
            });
    webhooks.tell(
        "MODEL_VERSION",
        "CREATED",
        Json.object()
            .put("name", name)
            .put("version", version.path("version").stringValue())
            .put("source", source)
            .put("run_id", runId)
            .put("description", arguments.text("description")));
    return answer(version);
  }

  /// Numbers are given once: that of a deleted version is not given again.
  private static long next(Session session, String name) {
    long highest =
        session
            .first(
                "SELECT max(version) FROM model_versions WHERE name = ?",
                row -> row.absent(1) ? 0 : row.number(1),
                name)
            .orElse(0L);
    long deleted =
        session
            .first(
                "SELECT last_deleted FROM registered_models WHERE name = ?",
                row -> row.number(1),
                name)
            .orElse(0L);
    return Math.max(highest, deleted) + 1;
  }

  /// Files of this machine are not taken, nor what climbs out of where it says it is.
  private static void checkSource(String source) {
    boolean local = !source.matches("[A-Za-z][A-Za-z0-9+.-]*:.*") || source.startsWith("file:");
    if (local) {
      throw RegistryException.invalid(
          "Invalid model version source: '"
              + source
              + "'. To use a local path as a model version source, the run_id request parameter has"
              + " to be specified and the local path has to be contained within the artifact"
              + " directory of the run specified by the run_id.");
    }
    String decoded = source.replace("%2e", ".").replace("%2E", ".").replace("%2F", "/");
    if (decoded.contains("/..") || decoded.contains("../")) {
      throw RegistryException.invalid(
          "Invalid model version source: '"
              + source
              + "'. If supplying a source as an http, https, local file path, ftp, objectstore, or"
              + " mlflow-artifacts uri, an absolute path must be provided without relative path"
              + " references present. Please provide an absolute path.");
    }
  }

  private static ObjectNode read(Session session, String name, long version) {
    return ModelRows.wholeVersion(session, ModelRows.requireVersion(session, name, version));
  }

  private static ObjectNode answer(ObjectNode version) {
    ObjectNode answer = Json.object();
    answer.set("model_version", version);
    return answer;
  }

  public ObjectNode get(Arguments arguments) {
    String name = arguments.required("name");
    long version = number(arguments);
    return answer(database.read(session -> read(session, name, version)));
  }

  public ObjectNode update(Arguments arguments) {
    String name = arguments.required("name");
    long version = number(arguments);
    String description = arguments.text("description");
    return answer(
        database.write(
            session -> {
              ModelRows.requireVersion(session, name, version);
              session.update(
                  "UPDATE model_versions SET description = ?, last_updated_timestamp = ?"
                      + " WHERE name = ? AND version = ?",
                  description,
                  clock.millis(),
                  name,
                  version);
              return read(session, name, version);
            }));
  }

  public ObjectNode transition(Arguments arguments) {
    String name = arguments.required("name");
    long version = number(arguments);
    String stage = Stages.of(arguments.required("stage"));
    boolean archive = arguments.flag("archive_existing_versions", false);
    if (archive && !Stages.ACTIVE.contains(stage)) {
      throw RegistryException.invalid(
          "Model version transition cannot archive existing model versions because '"
              + arguments.text("stage")
              + "' is not an Active stage. Valid stages are ['Staging', 'Production']");
    }
    long now = clock.millis();
    return answer(
        database.write(
            session -> {
              ModelRows.requireVersion(session, name, version);
              if (archive) {
                session.update(
                    "UPDATE model_versions SET current_stage = ?, last_updated_timestamp = ?"
                        + " WHERE name = ? AND version <> ? AND current_stage = ?",
                    Stages.ARCHIVED,
                    now,
                    name,
                    version,
                    stage);
              }
              session.update(
                  "UPDATE model_versions SET current_stage = ?, last_updated_timestamp = ?"
                      + " WHERE name = ? AND version = ?",
                  stage,
                  now,
                  name,
                  version);
              RegisteredModels.touch(session, name, now);
              return read(session, name, version);
            }));
  }

  public ObjectNode delete(Arguments arguments) {
    String name = arguments.required("name");
    long version = number(arguments);
    var _ =
        database.write(
            session -> {
              ModelRows.requireVersion(session, name, version);
              for (String table :
                  List.of("model_versions", "model_version_tags", "registered_model_aliases")) {
                session.update(
                    "DELETE FROM " + table + " WHERE name = ? AND version = ?", name, version);
              }
              session.update(
                  "UPDATE registered_models SET last_deleted = ? WHERE name = ? AND last_deleted <"
                      + " ?",
                  version,
                  name,
                  version);
              RegisteredModels.touch(session, name, clock.millis());
              return true;
            });
    return Json.object();
  }

  public ObjectNode search(Arguments arguments) {
    var page = Page.of(arguments, 10_000, 200_000);
    Condition where = Condition.of(VOCABULARY, Filters.parse(VOCABULARY, arguments.text("filter")));
    Ordering order = Ordering.parse(VOCABULARY, arguments.texts("order_by"));
    String tail =
        order.terms().isEmpty()
            ? "e.last_updated_timestamp DESC, e.name, e.version DESC"
            : "e.name, e.version DESC";
    var values = new ArrayList<Object>(order.arguments());
    values.addAll(where.arguments());
    String sql =
        "SELECT "
            + ModelRows.VERSION
            + " FROM model_versions e"
            + order.joins()
            + " WHERE "
            + where.sql()
            + order.sql(tail)
            + page.sql();
    List<ObjectNode> found =
        database.read(
            session -> {
              var rows = session.list(sql, ModelRows::version, values.toArray());
              page.shown(rows).forEach(each -> ModelRows.wholeVersion(session, each));
              return rows;
            });
    return page.answer("model_versions", found, each -> each);
  }

  public ObjectNode downloadUri(Arguments arguments) {
    String name = arguments.required("name");
    long version = number(arguments);
    return Json.object().put("artifact_uri", locations.ofVersion(name, version));
  }

  public ObjectNode setTag(Arguments arguments) {
    String name = arguments.required("name");
    long version = number(arguments);
    String key = arguments.required("key");
    String value = arguments.present("value");
    Names.checkRegistryTag(key, value);
    var _ =
        database.write(
            session -> {
              ModelRows.requireVersion(session, name, version);
              keepTag(session, name, version, key, value);
              return true;
            });
    webhooks.tell(
        "MODEL_VERSION_TAG",
        "SET",
        Json.object()
            .put("name", name)
            .put("version", Long.toString(version))
            .put("key", key)
            .put("value", value));
    return Json.object();
  }

  private static void keepTag(
      Session session, String name, long version, String key, String value) {
    session.update(
        "INSERT INTO model_version_tags (name, version, key, value) VALUES (?, ?, ?, ?)"
            + " ON CONFLICT (name, version, key) DO UPDATE SET value = excluded.value",
        name,
        version,
        key,
        value);
  }

  public ObjectNode deleteTag(Arguments arguments) {
    String name = arguments.required("name");
    long version = number(arguments);
    String key = arguments.required("key");
    var _ =
        database.write(
            session -> {
              ModelRows.requireVersion(session, name, version);
              return session.update(
                  "DELETE FROM model_version_tags WHERE name = ? AND version = ? AND key = ?",
                  name,
                  version,
                  key);
            });
    webhooks.tell(
        "MODEL_VERSION_TAG",
        "DELETED",
        Json.object().put("name", name).put("version", Long.toString(version)).put("key", key));
    return Json.object();
  }
}
