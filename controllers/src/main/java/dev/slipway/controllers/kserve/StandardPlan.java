package dev.slipway.controllers.kserve;

import dev.slipway.base.Json;
import dev.slipway.control.Kinds;
import dev.slipway.control.Observed;
import dev.slipway.control.Plan;
import dev.slipway.control.Resource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Plans a service whose components are Deployments.
final class StandardPlan {
  private final KserveSettings settings;
  private final Resource service;
  private final Observed observed;
  private final KserveConfig config;
  private final Plan plan;
  private final IsvcStatus status;
  private final ServiceConditions conditions;
  private final StandardChildren children;
  private final Autoscalers autoscalers;
  private final List<String> parts = new ArrayList<>();

  StandardPlan(
      KserveSettings settings,
      Resource service,
      Observed observed,
      KserveConfig config,
      Plan plan,
      IsvcStatus status) {
    this.settings = settings;
    this.service = service;
    this.observed = observed;
    this.config = config;
    this.plan = plan;
    this.status = status;
    this.conditions = status.conditions();
    this.children = new StandardChildren(config, service);
    this.autoscalers = new Autoscalers(settings, config, service);
  }

  /// A canary's replicas: its share of the stable ones, one at the least if it has any requests.
  static int share(int least, JsonNode canary) {
    int percent = canary.path("trafficPercent").asInt(0);
    return percent == 0 ? 0 : Math.max(1, Math.ceilDiv(least * percent, 100));
  }

  /// @throws RefusedException if a component cannot run as written
  void make(Components components) {
    Component predictor = components.predictor(service.spec().path("predictor"));
    Optional<Component> transformer = components.transformer();
    Optional<Component> explainer = components.explainer();
    var canaries = new NamedCanaries(this, components);
    status.runtime(predictor.runtime());
    Rollout rollout = keepPredictor(predictor, canaries);
    transformer.ifPresent(this::keep);
    explainer.ifPresent(this::keep);
    status.keepOnly(parts);
    for (String knativeOnly : List.of("RoutesReady", "LatestDeploymentReady")) {
      conditions.remove(knativeOnly);
    }
    var shares = new ArrayList<StandardRoute.Share>(rollout.shares());
    canaries.takeFrom(shares);
    status.component("predictor", traffic(rollout));
    route(predictor, transformer, explainer, shares);
    model(predictor, rollout);
  }

  Observed observed() {
    return observed;
  }

  Resource service() {
    return service;
  }

  KserveSettings settings() {
    return settings;
  }

  IsvcStatus status() {
    return status;
  }

  /// Keeps Deployment and Service of something that is not scaled.
  void keepFixed(Component component, int replicas) {
    plan.keep(
        Kinds.DEPLOYMENT,
        Desired.mark(
            children.deployment(component, children.template(component), Optional.of(replicas))));
    plan.keep(Kinds.SERVICE, children.coreService(component));
  }

  private Rollout keepPredictor(Component predictor, NamedCanaries canaries) {
    parts.add("predictor");
    Rollout rollout = Rollout.of(predictor, children.template(predictor), observed);
    Component scaled = canaries.reduced(predictor);
    keepScaled(scaled, rollout.stable(), rollout.stableSum());
    rollout.next().ifPresent(template -> keepNext(predictor, rollout, template.deepCopy()));
    conditionOf("predictor", predictor.name());
    return rollout;
  }

  private void keepNext(Component predictor, Rollout rollout, ObjectNode template) {
    Component next = rollout.nextOf(predictor);
    int least = Math.max(1, autoscalers.least(next));
    int replicas = Math.max(1, Math.ceilDiv(least * rollout.percent(), 100));
    Json.ensureObject(template, "metadata", "labels").put("app", StandardChildren.app(next.name()));
    plan.keep(
        Kinds.DEPLOYMENT,
        Rollout.mark(
            children.deployment(next, template, Optional.of(replicas)), rollout.nextSum()));
    plan.keep(Kinds.SERVICE, children.coreService(next));
  }

  private void keep(Component component) {
    parts.add(component.part());
    ObjectNode template = children.template(component);
    keepScaled(component, template, Desired.sum(template));
    conditionOf(component.part(), component.name());
    status.component(component.part(), componentStatus(component.part(), component.name()));
  }

  private void keepScaled(Component component, ObjectNode template, String sum) {
    String scaler = Autoscalers.scaler(component);
    Optional<Integer> replicas =
        scaler.equals("none") ? Optional.of(autoscalers.least(component)) : Optional.empty();
    plan.keep(
        Kinds.DEPLOYMENT, Rollout.mark(children.deployment(component, template, replicas), sum));
    plan.keep(Kinds.SERVICE, children.coreService(component));
    if (scaler.equals("hpa")) {
      plan.keep(Kinds.HORIZONTAL_POD_AUTOSCALER, autoscalers.horizontal(component));
    } else if (scaler.equals("keda")) {
      plan.keep(InferenceServiceReconciler.SCALED_OBJECT, autoscalers.scaledObject(component));
    }
  }

  private ObjectNode componentStatus(String part, String name) {
    ObjectNode made =
        status.component(part) instanceof ObjectNode before ? before.deepCopy() : Json.object();
    if (conditions.isTrue(IsvcStatus.titled(part) + "Ready")) {
      made.put("url", settings.url(name, service.namespace()));
    }
    return made;
  }

  private ObjectNode traffic(Rollout rollout) {
    ObjectNode made = componentStatus("predictor", rollout.name());
    made.remove("traffic");
    if (rollout.next().isPresent()) {
      ArrayNode traffic = made.putArray("traffic");
      for (StandardRoute.Share share : rollout.shares()) {
        boolean latest = !share.coreService().equals(rollout.name());
        ObjectNode target = traffic.addObject().put("revisionName", share.coreService());
        target.put("latestRevision", latest).put("percent", share.weight());
        if (!latest) {
          target.put("tag", "prev");
        }
      }
    }
    return made;
  }

  /// Readiness as the Deployment's conditions tell it.
  ///
  /// Follows `PropagateRawStatus` of `inference_service_status.go`.
  private void conditionOf(String part, String name) {
    String type = IsvcStatus.titled(part) + "Ready";
    Optional<Resource> found = observed.child(Kinds.DEPLOYMENT, name);
    if (found.isEmpty()) {
      conditions.set(type, "Unknown", "", "");
      return;
    }
    Resource deployment = found.get();
    JsonNode available = deployment.conditionNode("Available");
    JsonNode progressing = deployment.conditionNode("Progressing");
    JsonNode failing = deployment.conditionNode("ReplicaFailure");
    if (is(failing, "True")) {
      take(type, "False", failing);
    } else if (deployment.at("status", "observedGeneration").asLong(0) < deployment.generation()) {
      conditions.set(type, "Unknown", "OutOfDate", "the Deployment has not been seen to yet");
    } else if (is(available, "False")) {
      take(type, "False", available);
    } else if (is(progressing, "False") && !Json.text(progressing, "message").isEmpty()) {
      take(type, "False", progressing);
    } else if (rolling(deployment, progressing)) {
      take(type, "Unknown", progressing);
    } else if (is(available, "True")) {
      take(type, "True", available);
    } else if (Json.text(progressing, "reason").equals("NewReplicaSetAvailable")) {
      take(type, "True", progressing);
    } else {
      take(type, "Unknown", progressing);
    }
  }

  /// Whether pods of an older template are still being replaced; more or fewer pods of the same one
  /// are no rollout.
  private static boolean rolling(Resource deployment, JsonNode progressing) {
    return is(progressing, "True")
        && !Json.text(progressing, "reason").equals("NewReplicaSetAvailable")
        && deployment.at("status", "replicas").asInt(0)
            != deployment.at("status", "updatedReplicas").asInt(0);
  }

  private static boolean is(JsonNode condition, String status) {
    return Json.text(condition, "status").equals(status);
  }

  private void take(String type, String verdict, JsonNode condition) {
    conditions.set(type, verdict, Json.text(condition, "reason"), Json.text(condition, "message"));
  }

  private void route(
      Component predictor,
      Optional<Component> transformer,
      Optional<Component> explainer,
      List<StandardRoute.Share> shares) {
    var route = new StandardRoute(settings, config, service);
    Component entry = transformer.orElse(predictor);
    if (!route.isInternal()) {
      keepRoutes(route, predictor, transformer, explainer, shares);
    }
    for (String part : List.of("predictor", "transformer", "explainer")) {
      String ready = IsvcStatus.titled(part) + "Ready";
      if (parts.contains(part) && !conditions.isTrue(ready)) {
        conditions.set(
            "IngressReady",
            conditions.status(ready),
            IsvcStatus.titled(part) + " ingress not created",
            "");
        return;
      }
    }
    conditions.set("IngressReady", "True", "", "");
    String inside = "http://" + settings.localHost(entry.name(), service.namespace());
    status.address(
        route.isInternal() ? inside : settings.url(service.name(), service.namespace()), inside);
  }

  private void keepRoutes(
      StandardRoute route,
      Component predictor,
      Optional<Component> transformer,
      Optional<Component> explainer,
      List<StandardRoute.Share> shares) {
    var helpers = new ArrayList<Component>();
    transformer.ifPresent(helpers::add);
    explainer.ifPresent(helpers::add);
    Component entry = transformer.orElse(predictor);
    if (!observed.serves(Kinds.HTTP_ROUTE)) {
      var all = new ArrayList<>(helpers);
      all.addFirst(predictor);
      plan.keep(Kinds.INGRESS, route.ingress(entry, all, explainer));
      return;
    }
    List<StandardRoute.Share> own =
        transformer.map(it -> List.of(new StandardRoute.Share(it.name(), 1))).orElse(shares);
    plan.keep(Kinds.HTTP_ROUTE, route.httpRoute(entry, own, explainer));
    plan.keep(Kinds.HTTP_ROUTE, route.httpRoute(predictor, shares));
    route.inside(predictor, shares).ifPresent(made -> plan.keep(Kinds.HTTP_ROUTE, made));
    for (Component helper : helpers) {
      plan.keep(
          Kinds.HTTP_ROUTE,
          route.httpRoute(helper, List.of(new StandardRoute.Share(helper.name(), 1))));
    }
  }

  /// The model of the newest template.
  private void model(Component predictor, Rollout rollout) {
    String newest =
        rollout.next().isPresent() ? rollout.nextOf(predictor).name() : predictor.name();
    List<Resource> pods = pods(newest);
    boolean anyReady = pods.stream().anyMatch(pod -> pod.isTrue("Ready"));
    Optional<ModelStatus.Failure> failure =
        pods.isEmpty() || anyReady
            ? Optional.empty()
            : ModelStatus.failure(ModelStatus.newestFirst(pods).getFirst());
    if (rollout.next().isPresent()) {
      canaryCondition(newest, failure);
    } else if (service.spec().path("canary").isEmpty()) {
      conditions.remove("CanaryPredictorReady");
    }
    if (rollout.next().isEmpty()) {
      failure.ifPresent(
          why -> {
            conditions.set("PredictorReady", "False", why.reason(), why.message());
            conditions.set("IngressReady", "False", "Predictor ingress not created", "");
          });
    }
    boolean ready = conditions.isTrue("PredictorReady") && conditions.isTrue("IngressReady");
    status.modelStatus(modelStatus(status.modelStatus(), newest, ready && anyReady));
  }

  private void canaryCondition(String name, Optional<ModelStatus.Failure> failure) {
    boolean available = Rollout.available(observed, name);
    if (failure.isPresent()) {
      conditions.set(
          "CanaryPredictorReady", "False", failure.get().reason(), failure.get().message());
    } else {
      conditions.set(
          "CanaryPredictorReady",
          available ? "True" : "Unknown",
          available ? "" : "CanaryNotReady",
          "");
    }
  }

  ObjectNode modelStatus(JsonNode before, String name, boolean ready) {
    Optional<Resource> deployment = observed.child(Kinds.DEPLOYMENT, name);
    boolean failed =
        deployment.map(it -> is(it.conditionNode("ReplicaFailure"), "True")).orElse(false);
    boolean rests = deployment.map(it -> it.spec().path("replicas").asInt(1) == 0).orElse(false);
    return ModelStatus.of(
        before, pods(name), new ModelStatus.Surroundings(ready, true, failed, rests, name));
  }

  private List<Resource> pods(String name) {
    return observed.list(Kinds.POD, service.namespace(), Map.of("app", StandardChildren.app(name)));
  }
}
