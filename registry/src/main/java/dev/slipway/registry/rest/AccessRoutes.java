package dev.slipway.registry.rest;

import dev.slipway.base.Json;
import dev.slipway.net.Request;
import dev.slipway.registry.access.Guard;
import dev.slipway.registry.access.Identities;
import dev.slipway.registry.access.Permissions;
import dev.slipway.registry.access.Person;
import dev.slipway.registry.access.Users;
import dev.slipway.registry.sql.Database;
import dev.slipway.registry.traces.SpanLog;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;

/// The paths of users and permissions, and the question whether a request may be answered.
///
/// @param guard is asked before each request
public record AccessRoutes(Guard guard, Users users, Permissions permissions) {
  private static final String PARTS = "mlflow-artifacts/mpu/part/";

  public static AccessRoutes of(Database database, Identities identities) {
    var users = new Users(database);
    var permissions = new Permissions(database);
    return new AccessRoutes(
        new Guard(database, identities, users, permissions), users, permissions);
  }

  void addTo(Routes routes) {
    routes
        .post("users/create", users::create)
        .get("users/get", users::get)
        .get("users/list", users::list)
        .patch("users/update-password", users::password)
        .patch("users/update-admin", users::admin)
        .delete("users/delete", users::delete);
    kind(routes, "experiments", permissions.experiments());
    kind(routes, "registered-models", permissions.models());
  }

  private static void kind(Routes routes, String path, Permissions.Of kind) {
    routes
        .post(path + "/permissions/create", kind::create)
        .get(path + "/permissions/get", kind::get)
        .patch(path + "/permissions/update", kind::update)
        .delete(path + "/permissions/delete", kind::delete);
  }

  /// Who asks; of a request for files, after they were found to be permitted.
  ///
  /// @return empty for a part of an upload, whose id is as good as a password
  /// @throws dev.slipway.registry.RegistryException if nobody known asks, or may not
  Optional<Person> admit(Request request) {
    String path = request.rawPath();
    Matcher proxy = RegistryHandler.PROXY.matcher(path);
    String rest = proxy.matches() ? RegistryHandler.decoded(proxy.group(1)) : "";
    if (rest.startsWith(PARTS)) {
      return Optional.empty();
    }
    Person person = guard.who(request);
    if (proxy.matches()) {
      guard.checkFile(person, request.method(), proxied(request, rest));
      return Optional.of(person);
    }
    var fields = RequestReader.query(request.rawQuery());
    if (path.equals(SpanLog.PATH)) {
      var experiment = Json.object().put("experiment_id", request.header("x-mlflow-experiment-id"));
      guard.check(person, "POST", "traces", Arguments.of(experiment));
    } else if (path.equals("/get-artifact") || path.endsWith("/mlflow/get-trace-artifact")) {
      guard.check(person, "GET", "artifacts/list", Arguments.of(fields));
    } else if (path.equals("/model-versions/get-artifact")) {
      guard.check(person, "GET", "model-versions/get", Arguments.of(fields));
    } else if (path.contains("/mlflow/logged-models/") && path.endsWith("/artifacts/files")) {
      String id = path.replaceFirst(".*/logged-models/([^/]+)/artifacts/files", "$1");
      guard.check(person, "GET", "logged-models/" + id, Arguments.of(fields.put("model_id", id)));
    } else if (path.endsWith("/mlflow/upload-artifact")) {
      guard.check(person, "POST", "artifacts/upload", Arguments.of(fields));
    }
    return Optional.of(person);
  }

  /// The path in the store that a request of the proxy is about.
  private static String proxied(Request request, String rest) {
    String path = rest.substring("mlflow-artifacts/".length());
    if (path.equals("artifacts") || path.equals("artifacts/")) {
      return RequestReader.arguments(request, Map.of()).text("path");
    }
    List<String> prefixes =
        List.of("artifacts/", "presigned/", "mpu/create/", "mpu/complete/", "mpu/abort/");
    return prefixes.stream()
        .filter(path::startsWith)
        .findFirst()
        .map(prefix -> path.substring(prefix.length()))
        .orElse("");
  }
}
