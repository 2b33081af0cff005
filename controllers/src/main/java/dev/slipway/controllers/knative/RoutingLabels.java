package dev.slipway.controllers.knative;

import dev.slipway.base.Json;
import dev.slipway.control.Kinds;
import dev.slipway.control.Observed;
import dev.slipway.control.Plan;
import dev.slipway.control.Resource;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// Tells revisions which routes lead to them: `routingState` is `active` while one does, `reserve`
/// afterwards.
///
/// Source: knative/serving `pkg/reconciler/labeler`.
record RoutingLabels(Resource route, Observed observed) {
  void change(List<TrafficTargets.Target> targets, RouteRollout rollout, Plan plan) {
    var wanted = new LinkedHashSet<String>();
    targets.forEach(each -> wanted.add(each.revision()));
    wanted.addAll(rollout.shares().keySet());
    targets.forEach(each -> wanted.addAll(rollout.tagged(each).keySet()));
    var known = new LinkedHashSet<>(wanted);
    for (var each : route.status().path("traffic")) {
      known.add(Json.text(each, "revisionName"));
    }
    for (var name : known) {
      observed
          .find(Kinds.REVISION.key(route.namespace(), name))
          .ifPresent(
              revision ->
                  label(revision, route.name(), wanted.contains(name), observed.now(), plan));
    }
  }

  static void label(Resource revision, String route, boolean routed, Instant now, Plan plan) {
    var routes = routes(revision);
    if (routed) {
      routes.add(route);
    } else {
      routes.remove(route);
    }
    var state = routes.isEmpty() ? "reserve" : "active";
    var list = String.join(",", routes);
    if (revision.label(Serving.ROUTING_STATE).equals(state)
        && revision.annotation(Serving.ROUTES).equals(list)) {
      return;
    }
    var patch = Json.object();
    var metadata = patch.putObject("metadata");
    var annotations = metadata.putObject("annotations");
    if (list.isEmpty()) {
      annotations.putNull(Serving.ROUTES);
    } else {
      annotations.put(Serving.ROUTES, list);
    }
    if (!revision.label(Serving.ROUTING_STATE).equals(state)) {
      metadata.putObject("labels").put(Serving.ROUTING_STATE, state);
      annotations.put(Serving.ROUTING_STATE_MODIFIED, now.toString());
    }
    plan.change(revision.key(), "", patch);
  }

  static Set<String> routes(Resource revision) {
    var routes = new TreeSet<String>();
    for (var each : revision.annotation(Serving.ROUTES).split(",", -1)) {
      if (!each.isBlank()) {
        routes.add(each);
      }
    }
    return routes;
  }
}
