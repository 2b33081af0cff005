package dev.slipway.registry.access;

import dev.slipway.base.Json;
import dev.slipway.registry.RegistryException;
import dev.slipway.registry.rest.Arguments;
import dev.slipway.registry.sql.Database;
import dev.slipway.registry.sql.Session;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// What each user may do with each experiment and registered model; where nothing is said, read.
public final class Permissions {
  static final String EXPERIMENT = "experiment";
  static final String MODEL = "registered_model";
  private static final Permission UNSAID = Permission.READ;

  private final Database database;

  public Permissions(Database database) {
    this.database = database;
  }

  /// One kind's endpoints.
  public final class Of {
    private final String kind;
    private final String field;

    private Of(String kind, String field) {
      this.kind = kind;
      this.field = field;
    }

    public ObjectNode create(Arguments arguments) {
      String resource = arguments.required(field);
      Permission permission = Permission.of(arguments.required("permission"));
      String name = arguments.required("username");
      return answer(
          database.write(
              session -> {
                long user = Users.id(session, name);
                if (find(session, resource, user).isPresent()) {
                  throw RegistryException.exists(
                      "Permission of %s on %s=%s already exists.".formatted(name, field, resource));
                }
                keep(session, kind, resource, user, permission);
                return json(resource, user, permission.name());
              }));
    }

    public ObjectNode get(Arguments arguments) {
      String resource = arguments.required(field);
      String name = arguments.required("username");
      return answer(
          database.read(
              session -> {
                long user = Users.id(session, name);
                return json(resource, user, require(session, resource, user, name));
              }));
    }

    public ObjectNode update(Arguments arguments) {
      Permission permission = Permission.of(arguments.required("permission"));
      return changed(
          arguments, (session, resource, user) -> keep(session, kind, resource, user, permission));
    }

    public ObjectNode delete(Arguments arguments) {
      return changed(
          arguments,
          (session, resource, user) ->
              session.update(
                  "DELETE FROM permissions WHERE kind = ? AND resource = ? AND user_id = ?",
                  kind,
                  resource,
                  user));
    }

    private ObjectNode changed(Arguments arguments, Change change) {
      String resource = arguments.required(field);
      String name = arguments.required("username");
      var _ =
          database.write(
              session -> {
                long user = Users.id(session, name);
                var _ = require(session, resource, user, name);
                return change.make(session, resource, user);
              });
      return Json.object();
    }

    private Optional<String> find(Session session, String resource, long user) {
      return session.first(
          "SELECT permission FROM permissions WHERE kind = ? AND resource = ? AND user_id = ?",
          row -> row.text(1),
          kind,
          resource,
          user);
    }

    private String require(Session session, String resource, long user, String name) {
      return find(session, resource, user)
          .orElseThrow(
              () ->
                  RegistryException.missing(
                      "Permission of %s on %s=%s not found".formatted(name, field, resource)));
    }

    private ObjectNode json(String resource, long user, String permission) {
      return Json.object().put(field, resource).put("user_id", user).put("permission", permission);
    }

    private ObjectNode answer(ObjectNode permission) {
      ObjectNode answer = Json.object();
      answer.set(kind + "_permission", permission);
      return answer;
    }
  }

  private interface Change {
    int make(Session session, String resource, long user);
  }

  public Of experiments() {
    return new Of(EXPERIMENT, "experiment_id");
  }

  public Of models() {
    return new Of(MODEL, "name");
  }

  private static int keep(
      Session session, String kind, String resource, long user, Permission permission) {
    return session.update(
        "INSERT INTO permissions (kind, resource, user_id, permission) VALUES (?, ?, ?, ?)"
            + " ON CONFLICT (kind, resource, user_id) DO UPDATE SET permission ="
            + " excluded.permission",
        kind,
        resource,
        user,
        permission.name());
  }

  /// Has who made something manage it.
  void grant(Person person, String kind, String resource) {
    var _ =
        database.write(
            session ->
                keep(session, kind, resource, Users.id(session, person.name()), Permission.MANAGE));
  }

  static List<ObjectNode> of(Session session, String kind, long user) {
    String field = kind.equals(EXPERIMENT) ? "experiment_id" : "name";
    return session.list(
        "SELECT resource, permission FROM permissions WHERE kind = ? AND user_id = ?"
            + " ORDER BY resource",
        row ->
            Json.object()
                .put(field, row.text(1))
                .put("user_id", user)
                .put("permission", row.text(2)),
        kind,
        user);
  }

  boolean permits(Person person, Permission needed, Resource resource) {
    if (person.admin()) {
      return true;
    }
    Permission found =
        database
            .read(
                session ->
                    session.first(
                        "SELECT p.permission FROM permissions p JOIN users u"
                            + " ON u.user_id = p.user_id WHERE p.kind = ? AND p.resource = ?"
                            + " AND u.username = ?",
                        row -> row.text(1),
                        resource.kind(),
                        resource.id(),
                        person.name()))
            .map(Permission::of)
            .orElse(UNSAID);
    return found.permits(needed);
  }
}
