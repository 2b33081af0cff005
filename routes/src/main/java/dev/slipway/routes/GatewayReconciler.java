package dev.slipway.routes;

import dev.slipway.base.Json;
import dev.slipway.control.Kind;
import dev.slipway.control.Kinds;
import dev.slipway.control.Observed;
import dev.slipway.control.Plan;
import dev.slipway.control.Reconciler;
import dev.slipway.control.Resource;
import dev.slipway.routes.GatewayApi.Said;
import dev.slipway.routes.GatewayApi.Trouble;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/// Tells a Gateway where it answers, what its listeners may do, and how many routes came to each.
final class GatewayReconciler implements Reconciler {
  private final String address;

  /// @param address where all gateways answer
  GatewayReconciler(String address) {
    this.address = address;
  }

  @Override
  public Kind kind() {
    return Kinds.GATEWAY;
  }

  @Override
  public Set<Kind> children() {
    return Set.of();
  }

  @Override
  public Plan plan(Resource gateway, Observed observed) {
    var plan = new Plan();
    var lookup = GatewayApiControllers.lookup(observed);
    if (gateway.deleting() || !GatewayApi.runs(gateway, lookup)) {
      return plan;
    }
    var listeners = Listener.of(gateway, lookup);
    var status = gateway.status().isObject() ? gateway.copy().withObject("status") : Json.object();
    var said = new Said(status.path("conditions"), gateway.generation(), observed.now());
    accepted(gateway, listeners, said);
    programmed(gateway, listeners, said);
    status.set("conditions", said.conditions());
    status.set("addresses", addresses(gateway));
    status.set("listeners", statuses(gateway, listeners, observed, lookup));
    return plan.status(status);
  }

  private void accepted(Resource gateway, List<Listener> listeners, Said said) {
    var trouble = unusable(gateway, false).or(() -> parameters(gateway));
    boolean some = listeners.stream().anyMatch(Listener::accepted);
    boolean all = listeners.stream().allMatch(Listener::accepted);
    if (trouble.isPresent() || all) {
      said.holds("Accepted", "Accepted", trouble);
      return;
    }
    said.add("Accepted", some ? "True" : "False", "ListenersNotValid", refusals(listeners));
  }

  private void programmed(Resource gateway, List<Listener> listeners, Said said) {
    var trouble = unusable(gateway, false).or(() -> parameters(gateway));
    if (trouble.isPresent()) {
      said.add("Programmed", "False", "Invalid", trouble.get().message());
    } else if (listeners.stream().noneMatch(Listener::programmed)) {
      said.add("Programmed", "False", "Invalid", "no listener can carry traffic");
    } else {
      said.holds("Programmed", "Programmed", unusable(gateway, true));
    }
  }

  private static String refusals(List<Listener> listeners) {
    return String.join(
        "; ",
        listeners.stream()
            .filter(each -> !each.accepted())
            .map(each -> each.name() + ": " + each.refused().map(Trouble::message).orElse(""))
            .toList());
  }

  private static Optional<Trouble> parameters(Resource gateway) {
    return gateway.spec().path("infrastructure").has("parametersRef")
        ? Optional.of(
            new Trouble(
                "InvalidParameters",
                "spec.infrastructure.parametersRef: gateways here take no parameters"))
        : Optional.empty();
  }

  /// @param foreign whether addresses of a known type that are not ours are looked for; else those
  ///     of an unknown type
  private Optional<Trouble> unusable(Resource gateway, boolean foreign) {
    for (var each : gateway.spec().path("addresses")) {
      var type = GatewayApi.text(each, "type", "IPAddress");
      var value = Json.text(each, "value");
      boolean known = type.equals("IPAddress") || type.equals("Hostname");
      if (!foreign && !known) {
        return Optional.of(
            new Trouble("UnsupportedAddress", "addresses of type " + type + " are not known here"));
      }
      if (foreign && known && !ours(type, value)) {
        return Optional.of(
            new Trouble(
                "AddressNotUsable", "address " + value + " is not ours: " + address + " is"));
      }
    }
    return Optional.empty();
  }

  private boolean ours(String type, String value) {
    return value.isEmpty() || (value.equals(address) && type.equals(type()));
  }

  private String type() {
    return address.chars().allMatch(c -> Character.digit(c, 16) >= 0 || c == '.' || c == ':')
        ? "IPAddress"
        : "Hostname";
  }

  private ArrayNode addresses(Resource gateway) {
    var addresses = Json.array();
    if (unusable(gateway, false).isEmpty()) {
      addresses.addObject().put("type", type()).put("value", address);
    }
    return addresses;
  }

  private static ArrayNode statuses(
      Resource gateway, List<Listener> listeners, Observed observed, Lookup lookup) {
    var before = gateway.status().path("listeners");
    var routes =
        Stream.of(Kinds.HTTP_ROUTE, Kinds.GRPC_ROUTE)
            .flatMap(kind -> observed.list(kind, "", Map.of()).stream())
            .filter(route -> !route.deleting())
            .toList();
    var statuses = Json.array();
    for (var each : listeners) {
      var status = statuses.addObject().put("name", each.name());
      kinds(each, status.putArray("supportedKinds"));
      status.put("attachedRoutes", attached(gateway, each, routes, lookup));
      var said = new Said(conditions(before, each.name()), gateway.generation(), observed.now());
      status.set("conditions", conditions(each, said));
    }
    return statuses;
  }

  private static void kinds(Listener listener, ArrayNode kinds) {
    for (var kind : listener.kinds()) {
      kinds.addObject().put("group", kind.group()).put("kind", kind.kind());
    }
  }

  private static long attached(
      Resource gateway, Listener listener, List<Resource> routes, Lookup lookup) {
    return routes.stream().filter(route -> comes(route, gateway, listener, lookup)).count();
  }

  private static boolean comes(Resource route, Resource gateway, Listener listener, Lookup lookup) {
    for (var reference : route.spec().path("parentRefs")) {
      if (Json.text(reference, "name").equals(gateway.name())
          && RouteParents.isGateway(reference)
          && RouteParents.namespace(route, reference).equals(gateway.namespace())
          && RouteParents.parent(route, reference, gateway, lookup)
              .listeners()
              .contains(listener.name())) {
        return true;
      }
    }
    return false;
  }

  private static ArrayNode conditions(Listener listener, Said said) {
    var conflict = listener.conflict();
    said.holds("Accepted", "Accepted", listener.refused());
    if (listener.programmed()) {
      said.add("Programmed", "True", "Programmed", "");
    } else {
      var why = listener.refused().or(listener::unresolved);
      var reason = conflict.map(Trouble::reason).orElse("Invalid");
      said.add("Programmed", "False", reason, why.map(Trouble::message).orElse(""));
    }
    said.holds("ResolvedRefs", "ResolvedRefs", listener.unresolved());
    if (conflict.isPresent()) {
      said.add("Conflicted", "True", conflict.get().reason(), conflict.get().message());
    } else {
      said.add("Conflicted", "False", "NoConflicts", "");
    }
    return said.conditions();
  }

  private static JsonNode conditions(JsonNode before, String name) {
    for (var each : before) {
      if (Json.text(each, "name").equals(name)) {
        return each.path("conditions");
      }
    }
    return Json.array();
  }
}
