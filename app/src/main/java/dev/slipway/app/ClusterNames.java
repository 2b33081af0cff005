package dev.slipway.app;

import dev.slipway.base.Json;
import dev.slipway.control.Kind;
import dev.slipway.control.Kinds;
import dev.slipway.control.Observed;
import dev.slipway.control.Plan;
import dev.slipway.control.Reconciler;
import dev.slipway.control.Resource;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.node.ObjectNode;

/// Makes `NAME.NAMESPACE.svc.cluster.local` of a Knative Ingress lead to the gateway from inside a
/// cluster: a Service of type ExternalName each, as Knative's own placeholder Services. On one
/// machine nobody needs them, because there the gateway is asked for every name.
///
/// Source: knative/serving `pkg/reconciler/route/resources/service.go`.
final class ClusterNames implements Reconciler {
  private static final String INSIDE = ".svc.cluster.local";

  @Override
  public Kind kind() {
    return Kinds.KNATIVE_INGRESS;
  }

  @Override
  public String name() {
    return "cluster-names-controller";
  }

  @Override
  public Set<Kind> children() {
    return Set.of(Kinds.SERVICE);
  }

  @Override
  public Plan plan(Resource ingress, Observed observed) {
    var plan = new Plan();
    if (ingress.deleting()) {
      return plan.spare(Kinds.SERVICE);
    }
    for (var name : names(ingress)) {
      // whoever has a Service by that name already keeps it
      var there = observed.find(Kinds.SERVICE.key(ingress.namespace(), name));
      if (there.isEmpty() || there.get().controllerUid().equals(ingress.uid())) {
        plan.keep(Kinds.SERVICE, placeholder(ingress.namespace(), name));
      }
    }
    return plan;
  }

  private static Set<String> names(Resource ingress) {
    var names = new TreeSet<String>();
    for (var rule : ingress.spec().path("rules")) {
      for (var host : rule.path("hosts")) {
        inside(host.asString(""), ingress.namespace()).ifPresent(names::add);
      }
    }
    return names;
  }

  private static Optional<String> inside(String host, String namespace) {
    var ending = "." + namespace + INSIDE;
    var name = host.endsWith(ending) ? host.substring(0, host.length() - ending.length()) : "";
    return name.isEmpty() || name.indexOf('.') >= 0 ? Optional.empty() : Optional.of(name);
  }

  private static ObjectNode placeholder(String namespace, String name) {
    var service = Json.object();
    service.putObject("metadata").put("name", name).put("namespace", namespace);
    var spec = service.putObject("spec").put("type", "ExternalName");
    spec.put("externalName", GatewayService.HOST).put("sessionAffinity", "None");
    var port = spec.putArray("ports").addObject().put("name", "http2").put("port", 80);
    port.put("protocol", "TCP").put("targetPort", 80);
    return service;
  }
}
