package dev.slipway.controllers.knative;

import dev.slipway.base.Json;
import dev.slipway.control.Kind;
import dev.slipway.control.Kinds;
import dev.slipway.control.Observed;
import dev.slipway.control.Plan;
import dev.slipway.control.Reconciler;
import dev.slipway.control.Resource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/// Keeps a Configuration and a Route of the same name.
public final class KnativeServiceReconciler implements Reconciler {
  private static final String CONFIGURATIONS_READY = "ConfigurationsReady";
  private static final String ROUTES_READY = "RoutesReady";

  @Override
  public Kind kind() {
    return Kinds.KNATIVE_SERVICE;
  }

  @Override
  public Set<Kind> children() {
    return Set.of(Kinds.CONFIGURATION, Kinds.KNATIVE_ROUTE);
  }

  @Override
  public Plan plan(Resource service, Observed observed) {
    var plan = new Plan();
    if (service.deleting()) {
      return plan.spare(Kinds.CONFIGURATION).spare(Kinds.KNATIVE_ROUTE);
    }
    plan.keep(Kinds.CONFIGURATION, configuration(service));
    plan.keep(Kinds.KNATIVE_ROUTE, route(service));
    return plan.status(status(service, observed));
  }

  private static ObjectNode configuration(Resource service) {
    var child = Serving.child(Kinds.CONFIGURATION, service, service.name());
    Serving.labels(child, labels(service));
    Serving.annotations(child, Serving.inherited(service));
    child.putObject("spec").set("template", service.spec().path("template").deepCopy());
    return child;
  }

  private static Map<String, String> labels(Resource service) {
    var labels = new LinkedHashMap<>(service.labels());
    labels.put(Serving.SERVICE, service.name());
    labels.put(Serving.SERVICE_UID, service.uid());
    return labels;
  }

  private static ObjectNode route(Resource service) {
    var child = Serving.child(Kinds.KNATIVE_ROUTE, service, service.name());
    Serving.labels(child, labels(service));
    var annotations = new LinkedHashMap<>(Serving.inherited(service));
    var duration = service.annotation(Serving.ROLLOUT_DURATION);
    if (!duration.isEmpty()) {
      annotations.put(Serving.ROLLOUT_DURATION, duration);
    }
    Serving.annotations(child, annotations);
    var traffic = child.putObject("spec").putArray("traffic");
    for (var each : service.spec().path("traffic")) {
      var target = (ObjectNode) each.deepCopy();
      if (Json.text(target, "revisionName").isEmpty()) {
        target.put("configurationName", service.name()).put("latestRevision", true);
      }
      traffic.add(target);
    }
    if (traffic.isEmpty()) {
      traffic
          .addObject()
          .put("configurationName", service.name())
          .put("latestRevision", true)
          .put("percent", 100);
    }
    return child;
  }

  private static ObjectNode status(Resource service, Observed observed) {
    var made = new KnativeStatus(service, observed.now(), CONFIGURATIONS_READY, ROUTES_READY);
    var configuration = observed.child(Kinds.CONFIGURATION, service.name());
    var route = observed.child(Kinds.KNATIVE_ROUTE, service.name());
    if (configuration.filter(KnativeServiceReconciler::upToDate).isPresent()) {
      made.follow(CONFIGURATIONS_READY, configuration.get(), "Ready");
    } else {
      notOwnedOrLate(service, observed, configuration, made);
    }
    if (route.filter(KnativeServiceReconciler::upToDate).isPresent()) {
      made.follow(ROUTES_READY, route.get(), "Ready");
      lagging(configuration, route.get(), made);
    } else if (route.isEmpty() && isThere(Kinds.KNATIVE_ROUTE, service, observed)) {
      made.no(
          ROUTES_READY,
          "NotOwned",
          "There is an existing Route \"" + service.name() + "\" that we do not own.");
    } else {
      made.unknown(
          ROUTES_READY,
          "OutOfDate",
          "The Route is still working to reflect the latest desired specification.");
    }
    var status = made.begin(service);
    configuration.ifPresent(found -> copy(found, status, "latestCreatedRevisionName"));
    configuration.ifPresent(found -> copy(found, status, "latestReadyRevisionName"));
    route.ifPresent(
        found -> {
          copy(found, status, "url");
          copy(found, status, "address");
          traffic(found, status);
        });
    return status;
  }

  private static void notOwnedOrLate(
      Resource service, Observed observed, Optional<Resource> own, KnativeStatus made) {
    if (own.isEmpty() && isThere(Kinds.CONFIGURATION, service, observed)) {
      made.no(
          CONFIGURATIONS_READY,
          "NotOwned",
          "There is an existing Configuration \"" + service.name() + "\" that we do not own.");
    } else {
      made.unknown(
          CONFIGURATIONS_READY,
          "OutOfDate",
          "The Configuration is still working to reflect the latest desired specification.");
    }
  }

  private static boolean isThere(Kind kind, Resource service, Observed observed) {
    return observed.find(kind.key(service.namespace(), service.name())).isPresent();
  }

  private static boolean upToDate(Resource child) {
    return child.status().path("observedGeneration").asLong(-1) == child.generation();
  }

  /// A Route that is ready but still leads to the revision before.
  private static void lagging(
      Optional<Resource> configuration, Resource route, KnativeStatus made) {
    var latest = configuration.map(found -> found.text("status", "latestReadyRevisionName"));
    if (!route.isTrue("Ready") || latest.isEmpty() || latest.get().isEmpty()) {
      return;
    }
    for (var target : route.status().path("traffic")) {
      boolean follows = target.path("latestRevision").asBoolean(false);
      if (follows && !Json.text(target, "revisionName").equals(latest.get())) {
        made.unknown(
            ROUTES_READY,
            "TrafficNotMigrated",
            "Traffic is not yet migrated to the latest revision.");
      }
    }
  }

  private static void copy(Resource child, ObjectNode status, String field) {
    var value = child.status().path(field);
    if (!value.isMissingNode()) {
      status.set(field, value.deepCopy());
    }
  }

  private static void traffic(Resource route, ObjectNode status) {
    var array = status.putArray("traffic");
    for (var each : route.status().path("traffic")) {
      array.add(each.deepCopy());
    }
    if (array.isEmpty()) {
      status.remove("traffic");
    }
  }
}
