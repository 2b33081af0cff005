package dev.slipway.routes;

import dev.slipway.base.Json;
import dev.slipway.control.Kinds;
import dev.slipway.control.Resource;
import dev.slipway.routes.GatewayApi.Trouble;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/// What the references of a route to backends lead to.
final class RouteBackends {
  private final Resource route;
  private final Lookup lookup;

  RouteBackends(Resource route, Lookup lookup) {
    this.route = route;
    this.lookup = lookup;
  }

  /// @param upstream what answers
  /// @param trouble why nothing does
  record Found(Optional<String> upstream, Optional<Trouble> trouble) {}

  Found find(JsonNode reference) {
    var group = Json.text(reference, "group");
    var kind = GatewayApi.text(reference, "kind", "Service");
    var name = Json.text(reference, "name");
    if (!group.isEmpty() || !kind.equals("Service")) {
      var written = group.isEmpty() ? kind : group + "/" + kind;
      return none("InvalidKind", "backend \"" + name + "\": kind " + written + " is no Service");
    }
    var namespace = GatewayApi.text(reference, "namespace", route.namespace());
    if (!Grants.permit(route, new Grants.Target("", "Service", namespace, name), lookup)) {
      return none(
          "RefNotPermitted",
          "no ReferenceGrant in "
              + namespace
              + " lets "
              + route.kind().kind()
              + "s of "
              + route.namespace()
              + " use Service "
              + name);
    }
    if (lookup.find(Kinds.SERVICE.key(namespace, name)).isEmpty()) {
      return none("BackendNotFound", "Service " + namespace + "/" + name + " is not there");
    }
    var upstream = Targets.service(namespace, name, reference.path("port"), lookup);
    return upstream.isPresent()
        ? new Found(upstream, Optional.empty())
        : none(
            "BackendNotFound",
            "Service " + namespace + "/" + name + " has no port " + reference.path("port"));
  }

  private static Found none(String reason, String message) {
    return new Found(Optional.empty(), Optional.of(new Trouble(reason, message)));
  }

  /// The first trouble with any backend or mirror.
  Optional<Trouble> trouble() {
    var references = new ArrayList<JsonNode>();
    for (var rule : route.spec().path("rules")) {
      rule.path("backendRefs").forEach(references::add);
      mirrors(rule.path("filters")).forEach(references::add);
      rule.path("backendRefs")
          .forEach(each -> mirrors(each.path("filters")).forEach(references::add));
    }
    return references.stream().flatMap(each -> find(each).trouble().stream()).findFirst();
  }

  private static Stream<JsonNode> mirrors(JsonNode filters) {
    List<JsonNode> found = new ArrayList<>();
    for (var each : filters) {
      if (Json.text(each, "type").equals("RequestMirror")) {
        found.add(each.path("requestMirror").path("backendRef"));
      }
    }
    return found.stream();
  }
}
