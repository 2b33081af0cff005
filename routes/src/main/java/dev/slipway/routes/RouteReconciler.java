package dev.slipway.routes;

import dev.slipway.base.Json;
import dev.slipway.control.Kind;
import dev.slipway.control.Observed;
import dev.slipway.control.Plan;
import dev.slipway.control.Reconciler;
import dev.slipway.control.Resource;
import dev.slipway.routes.GatewayApi.Said;
import dev.slipway.routes.GatewayApi.Trouble;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/// Tells an HTTPRoute or GRPCRoute which of its parents take it, and whether its backends are
/// there. What other controllers say of their parents stays.
final class RouteReconciler implements Reconciler {
  private final Kind kind;

  RouteReconciler(Kind kind) {
    this.kind = kind;
  }

  @Override
  public Kind kind() {
    return kind;
  }

  @Override
  public Set<Kind> children() {
    return Set.of();
  }

  @Override
  public Plan plan(Resource route, Observed observed) {
    var plan = new Plan();
    if (route.deleting()) {
      return plan;
    }
    var lookup = GatewayApiControllers.lookup(observed);
    var before = route.status().path("parents");
    var parents = others(before);
    var trouble = new RouteBackends(route, lookup).trouble().or(() -> filter(route));
    for (var each : RouteParents.of(route, lookup)) {
      var said =
          new Said(conditions(before, each.reference()), route.generation(), observed.now())
              .holds("Accepted", "Accepted", each.refused().or(() -> unsupported(route)))
              .holds("ResolvedRefs", "ResolvedRefs", trouble);
      var parent = parents.addObject();
      parent.set("parentRef", each.reference());
      parent.put("controllerName", GatewayApi.CONTROLLER);
      parent.set("conditions", said.conditions());
    }
    if (parents.isEmpty() && before.isEmpty()) {
      return plan;
    }
    var status = Json.object();
    status.set("parents", parents);
    return plan.status(status);
  }

  private static ArrayNode others(JsonNode before) {
    var others = Json.array();
    before.forEach(
        each -> {
          if (!Json.text(each, "controllerName").equals(GatewayApi.CONTROLLER)) {
            others.add(each);
          }
        });
    return others;
  }

  private static JsonNode conditions(JsonNode before, JsonNode reference) {
    for (var each : before) {
      if (Json.text(each, "controllerName").equals(GatewayApi.CONTROLLER)
          && each.path("parentRef").equals(reference)) {
        return each.path("conditions");
      }
    }
    return Json.array();
  }

  private static Optional<Trouble> filter(Resource route) {
    return extension(route, "ExtensionRef", "InvalidKind");
  }

  private static Optional<Trouble> unsupported(Resource route) {
    return extension(route, "ExternalAuth", "UnsupportedValue");
  }

  /// A filter that cannot be carried out answers 500 and is told.
  private static Optional<Trouble> extension(Resource route, String type, String reason) {
    for (var rule : route.spec().path("rules")) {
      if (HttpRouteRoutes.has(rule.path("filters"), type)) {
        return Optional.of(new Trouble(reason, "filters of type " + type + " are not known here"));
      }
    }
    return Optional.empty();
  }
}
