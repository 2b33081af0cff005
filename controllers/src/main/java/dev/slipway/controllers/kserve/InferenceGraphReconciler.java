package dev.slipway.controllers.kserve;

import dev.slipway.api.kserve.Kserve;
import dev.slipway.base.Json;
import dev.slipway.control.Kind;
import dev.slipway.control.Kinds;
import dev.slipway.control.Observed;
import dev.slipway.control.Plan;
import dev.slipway.control.Reconciler;
import dev.slipway.control.Resource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Keeps an InferenceGraph: one router that is told the whole graph, as a Knative Service or as a
/// Deployment with its Service, autoscaler and route.
///
/// Follows `pkg/controller/v1alpha1/inferencegraph` of kserve/kserve, but that a Deployment makes
/// the
/// graph ready only once it is available.
public final class InferenceGraphReconciler implements Reconciler {
  private static final String IMAGE = "kserve/router:latest";
  private static final List<String> OF_THE_POD =
      List.of("affinity", "tolerations", "nodeSelector", "nodeName", "serviceAccountName");

  private final KserveSettings settings;

  public InferenceGraphReconciler(KserveSettings settings) {
    this.settings = settings;
  }

  @Override
  public Kind kind() {
    return Kinds.INFERENCE_GRAPH;
  }

  @Override
  public Set<Kind> children() {
    return Set.of(
        Kinds.KNATIVE_SERVICE,
        Kinds.DEPLOYMENT,
        Kinds.SERVICE,
        Kinds.HORIZONTAL_POD_AUTOSCALER,
        Kinds.HTTP_ROUTE);
  }

  @Override
  public Plan plan(Resource graph, Observed observed) {
    var plan = new Plan();
    if (graph.deleting()) {
      return plan;
    }
    KserveConfig config = KserveConfig.of(observed);
    Kserve.Mode mode =
        Kserve.Mode.parse(graph.text("status", "deploymentMode"))
            .orElseGet(() -> Kserve.mode(graph.tree(), config.mode(settings)));
    var conditions =
        new ServiceConditions(
            graph,
            observed.now(),
            mode == Kserve.Mode.KNATIVE
                ? List.of("ConfigurationsReady", "RoutesReady")
                : List.of());
    var status = Json.object();
    status.put("observedGeneration", graph.generation()).put("deploymentMode", mode.word());
    if (Kserve.stopped(graph.tree())) {
      return stopped(graph, observed, plan, status);
    }
    try {
      Component router = router(graph, new GraphTargets(observed, graph.namespace()), config);
      if (mode == Kserve.Mode.KNATIVE) {
        knative(graph, observed, config, router, plan, conditions, status);
      } else {
        standard(graph, observed, config, router, plan, conditions, status);
      }
    } catch (RefusedException why) {
      children().forEach(plan::spare);
      conditions.set("Ready", "False", why.reason(), why.text());
      keepUrl(graph, status);
    }
    conditions.set("Stopped", "False", "", "");
    status.set("conditions", conditions.toJson());
    events(graph, conditions, plan);
    return plan.status(status);
  }

  private static Plan stopped(Resource graph, Observed observed, Plan plan, ObjectNode status) {
    var conditions = new ServiceConditions(graph, observed.now(), List.of());
    conditions.remove("ConfigurationsReady");
    conditions.remove("RoutesReady");
    conditions.set("Ready", "False", "Stopped", "");
    conditions.set("Stopped", "True", "", "");
    status.set("conditions", conditions.toJson());
    return plan.status(status);
  }

  private static void keepUrl(Resource graph, ObjectNode status) {
    String url = graph.text("status", "url");
    if (!url.isEmpty()) {
      status.put("url", url);
    }
  }

  private static void events(Resource graph, ServiceConditions conditions, Plan plan) {
    boolean was = graph.isTrue("Ready");
    if (!was && conditions.isTrue("Ready")) {
      plan.event("InferenceGraphReady", "InferenceGraph [" + graph.name() + "] is Ready");
    } else if (was && !conditions.isTrue("Ready")) {
      plan.warn(
          "InferenceGraphNotReady", "InferenceGraph [" + graph.name() + "] is no longer Ready");
    }
  }

  private Component router(Resource graph, GraphTargets targets, KserveConfig config) {
    ObjectNode spec = targets.resolved(graph);
    ObjectNode pod = Json.object();
    ObjectNode container = pod.putArray("containers").addObject();
    container.put("name", graph.name());
    container.put("image", config.text("router", "image", IMAGE));
    container.putArray("args").add("--graph-json").add(spec.toString());
    headers(config, container);
    resources(graph, config, container);
    container
        .putObject("readinessProbe")
        .putObject("httpGet")
        .put("path", "/readyz")
        .put("port", 8080);
    pod.put("automountServiceAccountToken", false);
    for (String field : OF_THE_POD) {
      if (graph.spec().has(field)) {
        pod.set(field, graph.spec().path(field).deepCopy());
      }
    }
    Map<String, String> labels = new HashMap<>(graph.labels());
    labels.put("serving.kserve.io/inferencegraph", graph.name());
    return new Component(
        "graph",
        graph.name(),
        graph.spec(),
        pod,
        labels,
        Components.serviceAnnotations(graph, config),
        Optional.empty(),
        "");
  }

  private static void headers(KserveConfig config, ObjectNode container) {
    JsonNode passed = config.part("router").path("headers").path("propagate");
    if (!passed.isEmpty()) {
      String names =
          String.join(",", passed.values().stream().map(each -> each.asString("")).toList());
      container.putArray("env").addObject().put("name", "PROPAGATE_HEADERS").put("value", names);
    }
  }

  private static void resources(Resource graph, KserveConfig config, ObjectNode container) {
    if (graph.spec().path("resources").isObject()) {
      container.set("resources", graph.spec().path("resources").deepCopy());
      return;
    }
    ObjectNode resources = container.putObject("resources");
    resources
        .putObject("requests")
        .put("cpu", config.text("router", "cpuRequest", "10m"))
        .put("memory", config.text("router", "memoryRequest", "32Mi"));
    resources
        .putObject("limits")
        .put("cpu", config.text("router", "cpuLimit", "1"))
        .put("memory", config.text("router", "memoryLimit", "1Gi"));
  }

  private void knative(
      Resource graph,
      Observed observed,
      KserveConfig config,
      Component router,
      Plan plan,
      ServiceConditions conditions,
      ObjectNode status) {
    ObjectNode wanted = new KnativeChildren(settings, config, graph).knativeService(router, "");
    plan.keep(Kinds.KNATIVE_SERVICE, wanted);
    Optional<Resource> found = observed.child(Kinds.KNATIVE_SERVICE, graph.name());
    boolean current =
        found.isPresent()
            && Desired.is(found.get(), wanted)
            && found.get().at("status", "observedGeneration").asLong(0) >= found.get().generation();
    if (!current) {
      conditions.set("ConfigurationsReady", "Unknown", "OutOfDate", "");
    } else {
      conditions.copy("ConfigurationsReady", found.get().conditionNode("ConfigurationsReady"));
      conditions.copy("RoutesReady", found.get().conditionNode("RoutesReady"));
    }
    conditions.conclude();
    if (conditions.isTrue("Ready")) {
      status.put("url", found.map(it -> it.text("status", "url")).orElse(""));
    }
  }

  private void standard(
      Resource graph,
      Observed observed,
      KserveConfig config,
      Component router,
      Plan plan,
      ServiceConditions conditions,
      ObjectNode status) {
    var children = new StandardChildren(config, graph);
    plan.keep(
        Kinds.DEPLOYMENT,
        Desired.mark(children.deployment(router, children.template(router), Optional.empty())));
    plan.keep(Kinds.SERVICE, children.coreService(router));
    plan.keep(
        Kinds.HORIZONTAL_POD_AUTOSCALER,
        new Autoscalers(settings, config, graph).horizontal(router));
    plan.keep(
        Kinds.HTTP_ROUTE,
        new StandardRoute(settings, config, graph)
            .httpRoute(router, List.of(new StandardRoute.Share(graph.name(), 1))));
    Optional<Resource> deployment = observed.child(Kinds.DEPLOYMENT, graph.name());
    conditions.set("Ready", "Unknown", "", "");
    deployment.ifPresent(it -> conditions.copy("Ready", it.conditionNode("Available")));
    if (conditions.isTrue("Ready")) {
      status.put("url", settings.url(graph.name(), graph.namespace()));
    }
  }
}
