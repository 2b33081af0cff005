package dev.slipway.registry.rest;

import dev.slipway.registry.rest.Routes.Route;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.databind.node.ObjectNode;

/// Which method and path is answered by what. Paths are below `/api/2.0/mlflow/`; `{name}` in one
/// becomes an argument.
final class Routes {
  /// Answers one kind of request.
  record Route(String method, List<String> path, Function<Arguments, ObjectNode> action) {}

  /// A route with what the path says.
  record Found(Route route, Map<String, String> named) {}

  private static final String LATEST = "3.0/";

  private final List<Route> patterns = new ArrayList<>();
  private final Map<String, Route> exact = new LinkedHashMap<>();

  Routes add(String method, String path, Function<Arguments, ObjectNode> action) {
    var route = new Route(method, List.of(path.split("/", -1)), action);
    if (path.indexOf('{') < 0) {
      exact.put(method + " " + path, route);
    } else {
      patterns.add(route);
    }
    return this;
  }

  Routes get(String path, Function<Arguments, ObjectNode> action) {
    return add("GET", path, action);
  }

  Routes post(String path, Function<Arguments, ObjectNode> action) {
    return add("POST", path, action);
  }

  Routes patch(String path, Function<Arguments, ObjectNode> action) {
    return add("PATCH", path, action);
  }

  Routes delete(String path, Function<Arguments, ObjectNode> action) {
    return add("DELETE", path, action);
  }

  /// What only 3.0 has, or has differently.
  Routes latest(String method, String path, Function<Arguments, ObjectNode> action) {
    return add(method, LATEST + path, action);
  }

  /// What a version of the API answers; what only it has goes before what both have.
  ///
  /// @param latest whether 3.0 is asked for, else 2.0
  Optional<Found> find(boolean latest, String method, String path) {
    Optional<Found> own = latest ? find(method, LATEST + path) : Optional.empty();
    return own.isPresent() ? own : find(method, path);
  }

  /// @param path decoded
  private Optional<Found> find(String method, String path) {
    Route known = exact.get(method + " " + path);
    if (known != null) {
      return Optional.of(new Found(known, Map.of()));
    }
    List<String> parts = List.of(path.split("/", -1));
    for (Route each : patterns) {
      if (each.method.equals(method)) {
        var named = match(each.path, parts);
        if (named.isPresent()) {
          return Optional.of(new Found(each, named.get()));
        }
      }
    }
    return Optional.empty();
  }

  /// Whether another method has this path.
  boolean known(boolean latest, String path) {
    return List.of("GET", "POST", "PATCH", "DELETE", "PUT").stream()
        .anyMatch(method -> find(latest, method, path).isPresent());
  }

  private static Optional<Map<String, String>> match(List<String> pattern, List<String> parts) {
    if (pattern.size() != parts.size()) {
      return Optional.empty();
    }
    var named = new LinkedHashMap<String, String>();
    for (int i = 0; i < parts.size(); i++) {
      String wanted = pattern.get(i);
      if (wanted.startsWith("{")) {
        named.put(wanted.substring(1, wanted.length() - 1), parts.get(i));
      } else if (!wanted.equals(parts.get(i))) {
        return Optional.empty();
      }
    }
    return Optional.of(named);
  }
}
