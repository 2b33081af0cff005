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
import dev.slipway.registry.tracking.Names;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import tools.jackson.databind.node.ObjectNode;

/// Registered models: names under which versions are kept, with tags and aliases.
public final class RegisteredModels {
  private static final Pattern ALIAS = Pattern.compile("[\\w\\-]+");
  private static final Pattern VERSION_ALIAS = Pattern.compile("[vV]\\d+");
  private static final int ALIAS_CHARACTERS = 255;
  private static final Vocabulary VOCABULARY =
      new Vocabulary(
          Map.of(
              "name", Attribute.text("e.name"),
              "timestamp", Attribute.number("e.last_updated_timestamp").only(Use.ORDER),
              "creation_timestamp", Attribute.number("e.creation_timestamp").only(Use.ORDER),
              "last_updated_timestamp",
                  Attribute.number("e.last_updated_timestamp").only(Use.ORDER)),
          Map.of("tag", new Side("registered_model_tags", "x.name = e.name", false)),
          Map.of());

  private final Database database;
  private final InstantSource clock;
  private final Webhooks webhooks;

  public RegisteredModels(Database database, InstantSource clock, Webhooks webhooks) {
    this.database = database;
    this.clock = clock;
    this.webhooks = webhooks;
  }

  public ObjectNode create(Arguments arguments) {
    String name = arguments.required("name");
    String description = arguments.text("description");
    List<Arguments> tags = arguments.objects("tags");
    tags.forEach(each -> Names.checkRegistryTag(each.required("key"), each.text("value")));
    long now = clock.millis();
    ObjectNode model =
        database.write(
            session -> {
              if (ModelRows.find(session, name).isPresent()) {
                throw RegistryException.exists(
                    "Registered Model (name=" + name + ") already exists.");
              }
              session.update(
                  "INSERT INTO registered_models (name, creation_timestamp,"
                      + " last_updated_timestamp, description) VALUES (?, ?, ?, ?)",
                  name,
                  now,
                  now,
                  description);
              tags.forEach(each -> keepTag(session, name, each.text("key"), each.text("value")));
              return read(session, name);
            });
    webhooks.tell(
        "REGISTERED_MODEL",
        "CREATED",
        Json.object().put("name", name).put("description", description));
    return answer(model);
  }

  private static ObjectNode read(Session session, String name) {
    return ModelRows.whole(session, ModelRows.require(session, name));
  }

  private static ObjectNode answer(ObjectNode model) {
    ObjectNode answer = Json.object();
    answer.set("registered_model", model);
    return answer;
  }

  public ObjectNode get(Arguments arguments) {
    String name = arguments.required("name");
    return answer(database.read(session -> read(session, name)));
  }

  public ObjectNode rename(Arguments arguments) {
    String name = arguments.required("name");
    String renamed = arguments.required("new_name");
    return answer(
        database.write(
            session -> {
              ModelRows.require(session, name);
              if (!renamed.equals(name) && ModelRows.find(session, renamed).isPresent()) {
                throw RegistryException.exists(
                    "Registered Model (name=" + renamed + ") already exists.");
              }
              for (String table : tables()) {
                session.update("UPDATE " + table + " SET name = ? WHERE name = ?", renamed, name);
              }
              touch(session, renamed);
              return read(session, renamed);
            }));
  }

  private static List<String> tables() {
    return List.of(
        "registered_models",
        "registered_model_tags",
        "registered_model_aliases",
        "model_versions",
        "model_version_tags");
  }

  public ObjectNode update(Arguments arguments) {
    String name = arguments.required("name");
    String description = arguments.text("description");
    return answer(
        database.write(
            session -> {
              ModelRows.require(session, name);
              session.update(
                  "UPDATE registered_models SET description = ? WHERE name = ?", description, name);
              touch(session, name);
              return read(session, name);
            }));
  }

  private void touch(Session session, String name) {
    touch(session, name, clock.millis());
  }

  static void touch(Session session, String name, long now) {
    session.update(
        "UPDATE registered_models SET last_updated_timestamp = ? WHERE name = ?", now, name);
  }

  public ObjectNode delete(Arguments arguments) {
    String name = arguments.required("name");
    var _ =
        database.write(
            session -> {
              ModelRows.require(session, name);
              for (String table : tables()) {
                session.update("DELETE FROM " + table + " WHERE name = ?", name);
              }
              return true;
            });
    return Json.object();
  }

  public ObjectNode search(Arguments arguments) {
    var page = Page.of(arguments, 100, 1000);
    Condition where = Condition.of(VOCABULARY, Filters.parse(VOCABULARY, arguments.text("filter")));
    Ordering order = Ordering.parse(VOCABULARY, arguments.texts("order_by"));
    var values = new ArrayList<Object>(order.arguments());
    values.addAll(where.arguments());
    String sql =
        "SELECT "
            + ModelRows.MODEL
            + " FROM registered_models e"
            + order.joins()
            + " WHERE "
            + where.sql()
            + order.sql("e.name")
            + page.sql();
    List<ObjectNode> found =
        database.read(
            session -> {
              var rows = session.list(sql, ModelRows::model, values.toArray());
              page.shown(rows).forEach(each -> ModelRows.whole(session, each));
              return rows;
            });
    return page.answer("registered_models", found, each -> each);
  }

  public ObjectNode latestVersions(Arguments arguments) {
    String name = arguments.required("name");
    List<String> stages = arguments.texts("stages").stream().map(Stages::of).toList();
    List<ObjectNode> found =
        database.read(
            session -> {
              ModelRows.require(session, name);
              return ModelRows.latest(session, name);
            });
    ObjectNode answer = Json.object();
    for (ObjectNode each : found) {
      if (stages.isEmpty() || stages.contains(each.path("current_stage").stringValue())) {
        answer.withArrayProperty("model_versions").add(each);
      }
    }
    return answer;
  }

  public ObjectNode setTag(Arguments arguments) {
    String name = arguments.required("name");
    String key = arguments.required("key");
    String value = arguments.present("value");
    Names.checkRegistryTag(key, value);
    var _ =
        database.write(
            session -> {
              ModelRows.require(session, name);
              keepTag(session, name, key, value);
              return true;
            });
    return Json.object();
  }

  private static void keepTag(Session session, String name, String key, String value) {
    session.update(
        "INSERT INTO registered_model_tags (name, key, value) VALUES (?, ?, ?)"
            + " ON CONFLICT (name, key) DO UPDATE SET value = excluded.value",
        name,
        key,
        value);
  }

  public ObjectNode deleteTag(Arguments arguments) {
    String name = arguments.required("name");
    String key = arguments.required("key");
    var _ =
        database.write(
            session -> {
              ModelRows.require(session, name);
              return session.update(
                  "DELETE FROM registered_model_tags WHERE name = ? AND key = ?", name, key);
            });
    return Json.object();
  }

  public ObjectNode setAlias(Arguments arguments) {
    String name = arguments.required("name");
    String alias = arguments.required("alias");
    checkAlias(alias);
    long version = ModelVersions.number(arguments.required("version"));
    var _ =
        database.write(
            session -> {
              ModelRows.requireVersion(session, name, version);
              return session.update(
                  "INSERT INTO registered_model_aliases (name, alias, version) VALUES (?, ?, ?)"
                      + " ON CONFLICT (name, alias) DO UPDATE SET version = excluded.version",
                  name,
                  alias,
                  version);
            });
    webhooks.tell("MODEL_VERSION_ALIAS", "CREATED", aliased(name, alias, version));
    return Json.object();
  }

  private static ObjectNode aliased(String name, String alias, long version) {
    return Json.object()
        .put("name", name)
        .put("alias", alias)
        .put("version", Long.toString(version));
  }

  private static void checkAlias(String alias) {
    if (!ALIAS.matcher(alias).matches()) {
      throw RegistryException.invalid(
          "Invalid alias name: '"
              + alias
              + "'. Names may only contain alphanumerics, underscores (_), dashes (-)");
    }
    Names.checkLength("Registered model alias name", ALIAS_CHARACTERS, alias);
    if (alias.equalsIgnoreCase("latest")) {
      throw RegistryException.invalid("'latest' alias name (case insensitive) is reserved.");
    }
    if (VERSION_ALIAS.matcher(alias).matches()) {
      throw RegistryException.invalid("Version alias name '" + alias + "' is reserved.");
    }
  }

  public ObjectNode deleteAlias(Arguments arguments) {
    String name = arguments.required("name");
    String alias = arguments.required("alias");
    var _ =
        database.write(
            session -> {
              ModelRows.require(session, name);
              return session.update(
                  "DELETE FROM registered_model_aliases WHERE name = ? AND alias = ?", name, alias);
            });
    webhooks.tell(
        "MODEL_VERSION_ALIAS", "DELETED", Json.object().put("name", name).put("alias", alias));
    return Json.object();
  }

  public ObjectNode getAlias(Arguments arguments) {
    String name = arguments.required("name");
    String alias = arguments.required("alias");
    ObjectNode answer = Json.object();
    answer.set(
        "model_version",
        database.read(
            session -> {
              ModelRows.require(session, name);
              return ModelRows.wholeVersion(session, aliasedVersion(session, name, alias));
            }));
    return answer;
  }

  static ObjectNode aliasedVersion(Session session, String name, String alias) {
    long version =
        session
            .first(
                "SELECT version FROM registered_model_aliases WHERE name = ? AND alias = ?",
                row -> row.number(1),
                name,
                alias)
            .orElseThrow(
                () -> RegistryException.invalid("Registered model alias " + alias + " not found."));
    return ModelRows.requireVersion(session, name, version);
  }
}
