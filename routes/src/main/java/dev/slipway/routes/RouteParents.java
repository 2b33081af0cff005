package dev.slipway.routes;

import dev.slipway.base.Json;
import dev.slipway.control.Kinds;
import dev.slipway.control.Resource;
import dev.slipway.routes.GatewayApi.Trouble;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// Which listeners a route of the Gateway API comes to, parent by parent.
final class RouteParents {
  private RouteParents() {}

  /// @param reference as the route has it
  /// @param refused why no listener takes the route
  /// @param listeners by name, those that take it
  /// @param hosts where it answers
  record Parent(
      JsonNode reference, Optional<Trouble> refused, Set<String> listeners, Set<String> hosts) {}

  /// The parents that are run here; others are somebody else's.
  static List<Parent> of(Resource route, Lookup lookup) {
    var parents = new ArrayList<Parent>();
    for (var reference : route.spec().path("parentRefs")) {
      gateway(route, reference, lookup)
          .filter(found -> GatewayApi.runs(found, lookup))
          .ifPresent(found -> parents.add(parent(route, reference, found, lookup)));
    }
    return parents;
  }

  /// Where a route answers. One that names no Gateway that is there, or none at all, answers at its
  /// own names, so that a route can be tried without any.
  static Set<String> hosts(Resource route, Lookup lookup) {
    var hosts = new LinkedHashSet<String>();
    var names = HostNames.of(route.spec().path("hostnames"));
    for (var reference : route.spec().path("parentRefs")) {
      var gateway = gateway(route, reference, lookup);
      if (gateway.isPresent() && GatewayApi.runs(gateway.get(), lookup)) {
        hosts.addAll(parent(route, reference, gateway.get(), lookup).hosts());
      } else {
        hosts.addAll(names);
      }
    }
    return route.spec().path("parentRefs").isEmpty() ? names : hosts;
  }

  private static Optional<Resource> gateway(Resource route, JsonNode reference, Lookup lookup) {
    var name = Json.text(reference, "name");
    return isGateway(reference)
        ? lookup.find(Kinds.GATEWAY.key(namespace(route, reference), name))
        : Optional.empty();
  }

  static boolean isGateway(JsonNode reference) {
    return GatewayApi.text(reference, "group", GatewayApi.GROUP).equals(GatewayApi.GROUP)
        && GatewayApi.text(reference, "kind", "Gateway").equals("Gateway");
  }

  /// The namespace a parent is looked for in.
  static String namespace(Resource route, JsonNode reference) {
    return GatewayApi.text(reference, "namespace", route.namespace());
  }

  static Parent parent(Resource route, JsonNode reference, Resource gateway, Lookup lookup) {
    var named = new ArrayList<>(Listener.unread(gateway));
    named.removeIf(each -> !means(reference, each));
    if (named.isEmpty()) {
      return refused(reference, "NoMatchingParent", "this Gateway has no such listener");
    }
    named.removeIf(each -> !each.accepted() || !each.allows(route, gateway, lookup));
    if (named.isEmpty()) {
      var what = route.kind().kind() + "s of namespace " + route.namespace();
      return refused(reference, "NotAllowedByListeners", "no listener takes " + what);
    }
    return bound(route, reference, named);
  }

  private static Parent bound(Resource route, JsonNode reference, List<Listener> allowing) {
    var names = HostNames.of(route.spec().path("hostnames"));
    var listeners = new LinkedHashSet<String>();
    var hosts = new LinkedHashSet<String>();
    for (var each : allowing) {
      var common = HostNames.common(each.host(), names);
      if (!common.isEmpty()) {
        listeners.add(each.name());
        hosts.addAll(common);
      }
    }
    return listeners.isEmpty()
        ? refused(
            reference,
            "NoMatchingListenerHostname",
            "no listener has a host name in common with " + String.join(", ", names))
        : new Parent(reference, Optional.empty(), listeners, hosts);
  }

  private static boolean means(JsonNode reference, Listener listener) {
    var section = Json.text(reference, "sectionName");
    return (section.isEmpty() || section.equals(listener.name()))
        && (!reference.has("port") || reference.path("port").asInt(0) == listener.port());
  }

  private static Parent refused(JsonNode reference, String reason, String message) {
    return new Parent(reference, Optional.of(new Trouble(reason, message)), Set.of(), Set.of());
  }
}
