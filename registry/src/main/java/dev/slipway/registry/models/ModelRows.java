package dev.slipway.registry.models;

import dev.slipway.base.Json;
import dev.slipway.registry.RegistryException;
import dev.slipway.registry.sql.Row;
import dev.slipway.registry.sql.Session;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// Registered models and versions as MLflow's JSON has them.
final class ModelRows {
  static final String MODEL =
      "e.name, e.creation_timestamp, e.last_updated_timestamp, e.description";
  static final String VERSION =
      "e.name, e.version, e.creation_timestamp, e.last_updated_timestamp, e.current_stage,"
          + " e.description, e.user_id, e.source, e.run_id, e.status, e.status_message, e.run_link,"
          + " e.model_id";

  private ModelRows() {}

  static ObjectNode model(Row row) {
    ObjectNode model =
        Json.object()
            .put("name", row.text(1))
            .put("creation_timestamp", row.number(2))
            .put("last_updated_timestamp", row.number(3));
    return row.text(4).isEmpty() ? model : model.put("description", row.text(4));
  }

  static ObjectNode version(Row row) {
    ObjectNode version =
        Json.object()
            .put("name", row.text(1))
            .put("version", Long.toString(row.number(2)))
            .put("creation_timestamp", row.number(3))
            .put("last_updated_timestamp", row.number(4))
            .put("current_stage", row.text(5))
            .put("description", row.text(6))
            .put("source", row.text(8))
            .put("run_id", row.text(9))
            .put("status", row.text(10))
            .put("run_link", row.text(12));
    optional(version, "user_id", row.text(7));
    optional(version, "status_message", row.text(11));
    optional(version, "model_id", row.text(13));
    return version;
  }

  private static void optional(ObjectNode object, String field, String value) {
    if (!value.isEmpty()) {
      object.put(field, value);
    }
  }

  /// A model with its tags, aliases and the newest version of each stage.
  static ObjectNode whole(Session session, ObjectNode model) {
    String name = model.path("name").stringValue();
    var latest = latest(session, name);
    if (!latest.isEmpty()) {
      model.putArray("latest_versions").addAll(latest);
    }
    put(
        model,
        "tags",
        session.list(
            "SELECT key, value FROM registered_model_tags WHERE name = ? ORDER BY key",
            ModelRows::pair,
            name));
    put(
        model,
        "aliases",
        session.list(
            "SELECT alias, version FROM registered_model_aliases WHERE name = ? ORDER BY alias",
            row ->
                Json.object()
                    .put("alias", row.text(1))
                    .put("version", Long.toString(row.number(2))),
            name));
    return model;
  }

  static List<ObjectNode> latest(Session session, String name) {
    return session
        .list(
            "SELECT "
                + VERSION
                + " FROM model_versions e WHERE e.name = ? AND e.version ="
                + " (SELECT max(v.version) FROM model_versions v WHERE v.name = e.name"
                + " AND v.current_stage = e.current_stage AND v.status = 'READY')"
                + " ORDER BY e.version",
            ModelRows::version,
            name)
        .stream()
        .map(each -> wholeVersion(session, each))
        .toList();
  }

  private static void put(ObjectNode object, String field, List<ObjectNode> items) {
    if (!items.isEmpty()) {
      object.putArray(field).addAll(items);
    }
  }

  private static ObjectNode pair(Row row) {
    return Json.object().put("key", row.text(1)).put("value", row.text(2));
  }

  /// A version with its tags and aliases.
  static ObjectNode wholeVersion(Session session, ObjectNode version) {
    String name = version.path("name").stringValue();
    long number = Long.parseLong(version.path("version").stringValue());
    put(
        version,
        "tags",
        session.list(
            "SELECT key, value FROM model_version_tags WHERE name = ? AND version = ?"
                + " ORDER BY key",
            ModelRows::pair,
            name,
            number));
    var aliases =
        session.list(
            "SELECT alias FROM registered_model_aliases WHERE name = ? AND version = ?"
                + " ORDER BY alias",
            row -> row.text(1),
            name,
            number);
    if (!aliases.isEmpty()) {
      var list = version.putArray("aliases");
      aliases.forEach(list::add);
    }
    return version;
  }

  static Optional<ObjectNode> find(Session session, String name) {
    return session.first(
        "SELECT " + MODEL + " FROM registered_models e WHERE e.name = ?", ModelRows::model, name);
  }

  /// @throws RegistryException if there is none
  static ObjectNode require(Session session, String name) {
    return find(session, name)
        .orElseThrow(
            () -> RegistryException.missing("Registered Model with name=" + name + " not found"));
  }

  static Optional<ObjectNode> findVersion(Session session, String name, long version) {
    return session.first(
        "SELECT " + VERSION + " FROM model_versions e WHERE e.name = ? AND e.version = ?",
        ModelRows::version,
        name,
        version);
  }

  /// @throws RegistryException if there is none
  static ObjectNode requireVersion(Session session, String name, long version) {
    return findVersion(session, name, version)
        .orElseThrow(
            () ->
                RegistryException.missing(
                    "Model Version (name=" + name + ", version=" + version + ") not found"));
  }
}
