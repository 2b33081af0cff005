package dev.slipway.registry.access;

import dev.slipway.base.Json;
import dev.slipway.net.Request;
import dev.slipway.registry.ErrorCode;
import dev.slipway.registry.RegistryException;
import dev.slipway.registry.rest.Arguments;
import dev.slipway.registry.sql.Database;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Says who asks, whether they may, and leaves out of answers what they may not see.
///
/// Source: mlflow/server/auth/__init__.py, `BEFORE_REQUEST_VALIDATORS` and
/// `AFTER_REQUEST_HANDLERS`.
public final class Guard {
  private static final Set<String> MANAGED =
      Set.of(
          "experiments/delete",
          "experiments/restore",
          "runs/delete",
          "runs/restore",
          "traces/delete-traces");
  private static final Set<String> SEARCHES =
      Set.of(
          "experiments/search",
          "runs/search",
          "logged-models/search",
          "traces/search",
          "traces/batchGetInfos",
          "datasets/search",
          "experiments/search-datasets",
          "registered-models/get-latest-versions");
  private static final Set<String> OWN = Set.of("users/get", "users/update-password");

  private final Identities identities;
  private final Users users;
  private final Permissions permissions;
  private final Resources resources;

  public Guard(Database database, Identities identities, Users users, Permissions permissions) {
    this.identities = identities;
    this.users = users;
    this.permissions = permissions;
    this.resources = new Resources(database);
  }

  /// @throws RegistryException UNAUTHENTICATED if nobody known sent it
  public Person who(Request request) {
    return shown(request.header("authorization"))
        .orElseThrow(
            () ->
                new RegistryException(
                    ErrorCode.UNAUTHENTICATED,
                    "You are not authenticated. Set MLFLOW_TRACKING_TOKEN, or"
                        + " MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD."));
  }

  private Optional<Person> shown(String header) {
    int space = header.indexOf(' ');
    String scheme = space < 0 ? "" : header.substring(0, space);
    String value = header.substring(space + 1).strip();
    if (scheme.equalsIgnoreCase("bearer")) {
      return ofToken(value);
    }
    if (!scheme.equalsIgnoreCase("basic")) {
      return Optional.empty();
    }
    String pair;
    try {
      pair = new String(Base64.getDecoder().decode(value), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
    int colon = pair.indexOf(':');
    if (colon < 0) {
      return Optional.empty();
    }
    String password = pair.substring(colon + 1);
    return users.of(pair.substring(0, colon), password).or(() -> ofToken(password));
  }

  private Optional<Person> ofToken(String token) {
    Optional<Person> found = token.isEmpty() ? Optional.empty() : identities.of(token);
    found.ifPresent(users::note);
    return found;
  }

  /// @param path below `/api/2.0/mlflow/`
  /// @throws RegistryException PERMISSION_DENIED
  public void check(Person person, String method, String path, Arguments arguments) {
    if (person.admin()) {
      return;
    }
    if (path.startsWith("users/") || path.startsWith("webhooks")) {
      boolean own = OWN.contains(path) && arguments.text("username").equals(person.name());
      permit(own);
      return;
    }
    if (path.equals("experiments/create")) {
      permit(!arguments.text("artifact_location").startsWith("mlflow-artifacts:"));
    }
    if (path.equals("registered-models/create")) {
      return; // whoever makes it manages it
    }
    Permission needed = needed(method, path);
    boolean version = path.equals("model-versions/create");
    for (Resource each : resources.of(path, arguments)) {
      boolean source = version && !each.id().equals(arguments.text("name"));
      permit(permissions.permits(person, source ? Permission.READ : needed, each));
    }
  }

  private static Permission needed(String method, String path) {
    if (path.contains("/permissions/") || MANAGED.contains(path)) {
      return Permission.MANAGE;
    }
    if (method.equals("GET") || SEARCHES.contains(path)) {
      return Permission.READ;
    }
    boolean models = path.startsWith("registered-models/") || path.startsWith("model-versions/");
    boolean whole = path.matches("logged-models/[^/]+");
    return method.equals("DELETE") && (models || whole) ? Permission.MANAGE : Permission.EDIT;
  }

  /// @param path of the artifact proxy
  public void checkFile(Person person, String method, String path) {
    Permission needed =
        switch (method) {
          case "GET" -> Permission.READ;
          case "DELETE" -> Permission.MANAGE;
          default -> Permission.EDIT;
        };
    Set<Resource> about = resources.ofFile(path);
    permit(!about.isEmpty() || person.admin());
    about.forEach(each -> permit(permissions.permits(person, needed, each)));
  }

  private static void permit(boolean permitted) {
    if (!permitted) {
      throw new RegistryException(ErrorCode.PERMISSION_DENIED, "Permission denied");
    }
  }

  /// Has who made something manage it, and leaves out of lists what someone may not read.
  public ObjectNode answered(Person person, String path, Arguments arguments, ObjectNode answer) {
    switch (path) {
      case "experiments/create" ->
          permissions.grant(person, Permissions.EXPERIMENT, Json.text(answer, "experiment_id"));
      case "registered-models/create" ->
          permissions.grant(person, Permissions.MODEL, arguments.text("name"));
      case "experiments/search" ->
          readable(person, answer, "experiments", Permissions.EXPERIMENT, "experiment_id");
      case "registered-models/search" ->
          readable(person, answer, "registered_models", Permissions.MODEL, "name");
      case "model-versions/search" ->
          readable(person, answer, "model_versions", Permissions.MODEL, "name");
      default -> {} // nothing more than was checked
    }
    return answer;
  }

  private void readable(Person person, ObjectNode answer, String list, String kind, String field) {
    if (person.admin() || !(answer.path(list) instanceof ArrayNode all)) {
      return;
    }
    ArrayNode kept = Json.array();
    for (JsonNode each : all) {
      var resource = new Resource(kind, Json.text(each, field));
      if (permissions.permits(person, Permission.READ, resource)) {
        kept.add(each);
      }
    }
    answer.set(list, kept);
  }
}
