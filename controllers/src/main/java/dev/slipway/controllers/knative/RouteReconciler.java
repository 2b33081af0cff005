package dev.slipway.controllers.knative;

import dev.slipway.base.Json;
import dev.slipway.control.Kind;
import dev.slipway.control.Kinds;
import dev.slipway.control.Observed;
import dev.slipway.control.Plan;
import dev.slipway.control.Reconciler;
import dev.slipway.control.Resource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/// Sends the traffic of a Route's hosts to revisions: keeps one Knative Ingress, and labels the
/// revisions that get traffic.
public final class RouteReconciler implements Reconciler {
  private static final String ALL_ASSIGNED = "AllTrafficAssigned";
  private static final String INGRESS_READY = "IngressReady";
  private static final String CERTIFICATE = "CertificateProvisioned";

  private final KnativeSettings settings;

  public RouteReconciler(KnativeSettings settings) {
    this.settings = settings;
  }

  @Override
  public Kind kind() {
    return Kinds.KNATIVE_ROUTE;
  }

  @Override
  public Set<Kind> children() {
    return Set.of(Kinds.KNATIVE_INGRESS);
  }

  @Override
  public Plan plan(Resource route, Observed observed) {
    return KnativeConfig.domain(observed, route.labels())
        .map(domain -> new RouteReconciler(settings.in(domain)))
        .orElse(this)
        .planHere(route, observed);
  }

  private Plan planHere(Resource route, Observed observed) {
    var plan = new Plan();
    if (route.deleting()) {
      return plan.spare(Kinds.KNATIVE_INGRESS);
    }
    var made = new KnativeStatus(route, observed.now(), ALL_ASSIGNED, CERTIFICATE, INGRESS_READY);
    made.yes(CERTIFICATE);
    var targets = TrafficTargets.of(route, observed);
    if (targets.trouble().isPresent()) {
      var trouble = targets.trouble().get();
      if (trouble.failed()) {
        made.no(ALL_ASSIGNED, trouble.reason(), trouble.message());
      } else {
        made.unknown(ALL_ASSIGNED, trouble.reason(), trouble.message());
      }
      plan.spare(Kinds.KNATIVE_INGRESS); // what is routed stays until all of it can move
      return plan.status(status(route, made, Optional.empty()));
    }
    made.yes(ALL_ASSIGNED);
    var ingress = observed.child(Kinds.KNATIVE_INGRESS, route.name());
    var rollout = RouteRollout.of(route, targets.targets(), ingress, observed);
    rollout.again().ifPresent(plan::again);
    var wanted = ingress(route, targets, rollout);
    plan.keep(Kinds.KNATIVE_INGRESS, wanted);
    new RoutingLabels(route, observed).change(targets.targets(), rollout, plan);
    ingressReady(wanted, ingress, rollout, made);
    return plan.status(status(route, made, Optional.of(traffic(route, targets, rollout))));
  }

  /// As the Ingress says it, once that is what is wanted now.
  private static void ingressReady(
      ObjectNode wanted, Optional<Resource> ingress, RouteRollout rollout, KnativeStatus made) {
    boolean told =
        ingress
            .filter(each -> each.spec().equals(wanted.path("spec")))
            .filter(
                each -> each.status().path("observedGeneration").asLong(-1) == each.generation())
            .isPresent();
    if (!told) {
      made.unknown(INGRESS_READY, "IngressNotConfigured", "Ingress has not yet been reconciled.");
    } else if (rollout.moving()) {
      made.unknown(
          INGRESS_READY,
          "RolloutInProgress",
          "A gradual rollout of the latest revision(s) is in progress.");
    } else {
      made.follow(INGRESS_READY, ingress.get(), "Ready");
    }
  }

  private boolean local(Resource route) {
    return route.label(Serving.VISIBILITY).equals("cluster-local")
        || settings.domain().equals("svc.cluster.local");
  }

  private List<String> hosts(Resource route, String name) {
    var hosts = new ArrayList<String>();
    if (!local(route)) {
      hosts.add(settings.host(name, route.namespace()));
    }
    for (var ending : List.of("", ".svc", ".svc.cluster.local")) {
      hosts.add(name + "." + route.namespace() + ending);
    }
    return hosts;
  }

  private ObjectNode ingress(Resource route, TrafficTargets targets, RouteRollout rollout) {
    var child = Serving.child(Kinds.KNATIVE_INGRESS, route, route.name());
    var labels = new LinkedHashMap<String, String>();
    labels.put(Serving.ROUTE, route.name());
    labels.put(Serving.GROUP + "routeNamespace", route.namespace());
    if (!route.label(Serving.SERVICE).isEmpty()) {
      labels.put(Serving.SERVICE, route.label(Serving.SERVICE));
    }
    Serving.labels(child, labels);
    var annotations = new LinkedHashMap<>(Serving.inherited(route));
    rollout.annotation().ifPresent(text -> annotations.put(RouteRollout.ANNOTATION, text));
    Serving.annotations(child, annotations);
    var spec = child.putObject("spec").put("httpOption", "Enabled");
    var rules = spec.putArray("rules");
    rule(rules.addObject(), route, hosts(route, route.name()), rollout.shares());
    for (var tagged : targets.tagged().entrySet()) {
      rule(
          rules.addObject(),
          route,
          hosts(route, tagged.getKey() + "-" + route.name()),
          rollout.tagged(tagged.getValue().getFirst()));
    }
    return child;
  }

  private void rule(
      ObjectNode rule, Resource route, List<String> hosts, Map<String, Integer> shares) {
    var array = rule.putArray("hosts");
    hosts.forEach(array::add);
    rule.put("visibility", local(route) ? "ClusterLocal" : "ExternalIP");
    var splits = rule.putObject("http").putArray("paths").addObject().putArray("splits");
    shares.forEach(
        (revision, percent) -> {
          var split = splits.addObject();
          split.put("serviceNamespace", route.namespace()).put("serviceName", revision);
          split.put("servicePort", 80).put("percent", percent);
          split
              .putObject("appendHeaders")
              .put("Knative-Serving-Namespace", route.namespace())
              .put("Knative-Serving-Revision", revision);
        });
  }

  private ObjectNode traffic(Resource route, TrafficTargets targets, RouteRollout rollout) {
    var holder = Json.object();
    var array = holder.putArray("traffic");
    for (var target : targets.targets()) {
      rollout
          .revisions(target)
          .forEach(
              (revision, percent) -> entry(array.addObject(), route, target, revision, percent));
    }
    return holder;
  }

  private void entry(
      ObjectNode entry,
      Resource route,
      TrafficTargets.Target target,
      String revision,
      int percent) {
    if (!target.tag().isEmpty()) {
      entry.put("tag", target.tag());
    }
    entry.put("revisionName", revision).put("latestRevision", target.latest());
    entry.put("percent", percent);
    if (!target.tag().isEmpty()) {
      entry.put("url", url(route, target.tag() + "-" + route.name()));
    }
  }

  private String url(Resource route, String name) {
    return local(route)
        ? "http://" + name + "." + route.namespace() + ".svc.cluster.local"
        : settings.url(settings.host(name, route.namespace()));
  }

  private ObjectNode status(Resource route, KnativeStatus made, Optional<ObjectNode> traffic) {
    var status = made.begin(route);
    status.put("url", url(route, route.name()));
    status
        .putObject("address")
        .put("url", "http://" + route.name() + "." + route.namespace() + ".svc.cluster.local");
    var before = route.status().path("traffic");
    if (traffic.isPresent()) {
      status.set("traffic", traffic.get().path("traffic"));
    } else if (!before.isMissingNode()) {
      status.set("traffic", before.deepCopy());
    }
    return status;
  }
}
