package dev.slipway.controllers.kserve;

import dev.slipway.base.Json;
import dev.slipway.control.Resource;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/// What a service's annotations ask of the gateway (`slipway.dev/api-keys`, `rate-limit`, …), for
/// the
/// objects that route to it.
final class Policies {
  private static final String PREFIX = "slipway.dev/";
  private static final Set<String> NOT_OF_ROUTES =
      Set.of(
          "slipway.dev/cache-size",
          "slipway.dev/warmup-replicas",
          "slipway.dev/warmup-duration",
          "slipway.dev/storage-path");

  private Policies() {}

  static Map<String, String> of(Resource service) {
    var found = new HashMap<>(service.annotations());
    found.keySet().removeIf(name -> !name.startsWith(PREFIX) || NOT_OF_ROUTES.contains(name));
    return found;
  }

  /// Puts them onto a route, beside what is there.
  static ObjectNode onto(ObjectNode route, Resource service) {
    Map<String, String> found = of(service);
    if (!found.isEmpty()) {
      ObjectNode annotations = Json.ensureObject(route, "metadata", "annotations");
      found.entrySet().stream()
          .sorted(Map.Entry.comparingByKey())
          .forEach(each -> annotations.put(each.getKey(), each.getValue()));
    }
    return route;
  }
}
