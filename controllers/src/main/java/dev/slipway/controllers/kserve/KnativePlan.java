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

/// Plans a service whose components are Knative Services.
final class KnativePlan {
  private final KserveSettings settings;
  private final Resource service;
  private final Observed observed;
  private final Plan plan;
  private final IsvcStatus status;
  private final ServiceConditions conditions;
  private final KnativeChildren children;
  private final List<String> parts = new ArrayList<>();

  KnativePlan(
      KserveSettings settings,
      Resource service,
      Observed observed,
      KserveConfig config,
      Plan plan,
      IsvcStatus status) {
    this.settings = settings;
    this.service = service;
    this.observed = observed;
    this.plan = plan;
    this.status = status;
    this.conditions = status.conditions();
    this.children = new KnativeChildren(settings, config, service);
  }

  /// @throws RefusedException if a component cannot run as written
  void make(Components components) {
    if (!observed.serves(Kinds.KNATIVE_SERVICE)) {
      String why =
          "It is not possible to use Knative deployment mode when Knative Services are not"
              + " available";
      throw new RefusedException("ServerlessModeRejected", why, why);
    }
    Component predictor = components.predictor(service.spec().path("predictor"));
    Optional<Component> transformer = components.transformer();
    Optional<Component> explainer = components.explainer();
    List<Component> canaries = canaries(components);
    keep(predictor);
    transformer.ifPresent(this::keep);
    explainer.ifPresent(this::keep);
    canaries.forEach(this::keepCanary);
    status.keepOnly(parts);
    runtime(predictor);
    acrossComponents("RoutesReady");
    acrossComponents("LatestDeploymentReady");
    route(predictor, transformer, explainer, canaries);
    model(predictor);
  }

  private List<Component> canaries(Components components) {
    var made = new ArrayList<Component>();
    JsonNode stable = service.spec().path("predictor");
    for (JsonNode canary : service.spec().path("canary")) {
      ObjectNode merged = Components.canaryOf(stable, canary.path("predictor"));
      int least = stable.path("minReplicas").asInt(settings.defaultMinReplicas());
      if (!canary.path("predictor").has("minReplicas")) {
        merged.put("minReplicas", StandardPlan.share(least, canary));
      }
      made.add(components.predictor(merged));
    }
    return made;
  }

  private void keep(Component component) {
    String part = component.part();
    parts.add(part);
    JsonNode before = status.component(part);
    String rolledOut = Json.text(before, "latestRolledoutRevision");
    boolean tried = part.equals("predictor");
    ObjectNode wanted =
        children.knativeService(
            component, tried ? Followed.stableRevision(service).orElse(rolledOut) : rolledOut);
    plan.keep(Kinds.KNATIVE_SERVICE, wanted);
    Optional<Resource> knative = child(component);
    status.component(part, ComponentStatus.of(before, knative));
    conditionsOf(part, knative, wanted);
  }

  private void keepCanary(Component canary) {
    plan.keep(Kinds.KNATIVE_SERVICE, children.knativeService(canary, ""));
  }

  private Optional<Resource> child(Component component) {
    return observed.child(Kinds.KNATIVE_SERVICE, component.name());
  }

  private void conditionsOf(String part, Optional<Resource> knative, ObjectNode wanted) {
    String title = IsvcStatus.titled(part);
    if (knative.isEmpty()) {
      conditions.set(title + "Ready", "Unknown", "", "");
      return;
    }
    Resource found = knative.get();
    boolean stale = found.at("status", "observedGeneration").asLong(0) < found.generation();
    if (stale || !Desired.is(found, wanted)) {
      conditions.set(
          title + "Ready", "Unknown", "OutOfDate", "the Knative Service has not been seen to yet");
      return;
    }
    conditions.copy(title + "Ready", found.conditionNode("Ready"));
    conditions.copy(IsvcStatus.routeCondition(part), found.conditionNode("RoutesReady"));
    conditions.copy(title + "ConfigurationReady", found.conditionNode("ConfigurationsReady"));
    if (found.conditionNode("Ready").isMissingNode()) {
      conditions.set(title + "Ready", "Unknown", "", "");
    }
  }

  private void runtime(Component predictor) {
    status.runtime(predictor.runtime());
    String before =
        service.text("status", "clusterServingRuntimeName")
            + service.text("status", "servingRuntimeName");
    String now = predictor.runtime().map(Resource::name).orElse("");
    if (!predictor.note().isEmpty() && !before.equals(now)) {
      plan.event("RuntimeSelected", predictor.note());
    }
  }

  /// True if all components say so.
  private void acrossComponents(String type) {
    String verdict = "True";
    String reason = "";
    for (String part : parts) {
      String own =
          type.equals("RoutesReady")
              ? IsvcStatus.routeCondition(part)
              : IsvcStatus.titled(part) + "ConfigurationReady";
      if (!conditions.isTrue(own)) {
        verdict = conditions.status(own);
        reason = own + " not ready";
      }
    }
    conditions.set(type, verdict, reason, "");
  }

  private void route(
      Component predictor,
      Optional<Component> transformer,
      Optional<Component> explainer,
      List<Component> canaries) {
    var route = new KnativeRoute(settings, service, observed);
    String entry = transformer.orElse(predictor).name();
    List<KnativeRoute.Share> shares = transformer.isPresent() ? List.of() : shares(canaries);
    canaryStatus(canaries);
    Optional<ObjectNode> ingress = route.ingress(entry, explainer.map(Component::name), shares);
    ingress.ifPresent(made -> plan.keep(Kinds.KNATIVE_INGRESS, made));
    route
        .inside(predictor.name(), List.of())
        .ifPresent(made -> plan.keep(Kinds.KNATIVE_INGRESS, made));
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
    ingressReady(entry);
    if (conditions.isTrue("IngressReady")) {
      String inside = "http://" + settings.localHost(service.name(), service.namespace());
      status.address(
          route.clusterLocal() ? inside : settings.url(service.name(), service.namespace()),
          inside);
    }
  }

  /// Whoever programs ingresses says so in their status; where nobody does, being there is enough.
  private void ingressReady(String entry) {
    Optional<Resource> own = observed.child(Kinds.KNATIVE_INGRESS, service.name());
    if (own.isEmpty()) {
      conditions.set("IngressReady", "Unknown", "Uninitialized", "the ingress is being made");
      return;
    }
    boolean told = own.get().at("status", "conditions").isArray();
    boolean othersTold =
        observed
            .find(Kinds.KNATIVE_INGRESS.key(service.namespace(), entry))
            .map(it -> it.at("status", "conditions").isArray())
            .orElse(false);
    if (!told && !othersTold) {
      conditions.set("IngressReady", "True", "", "");
    } else if (!told) {
      conditions.set(
          "IngressReady", "Unknown", "Uninitialized", "the ingress has not been seen to yet");
    } else {
      conditions.copy("IngressReady", own.get().conditionNode("Ready"));
    }
  }

  private List<KnativeRoute.Share> shares(List<Component> canaries) {
    var shares = new ArrayList<KnativeRoute.Share>();
    for (int i = 0; i < canaries.size(); i++) {
      int percent = percent(i);
      boolean ready = child(canaries.get(i)).map(it -> it.isTrue("Ready")).orElse(false);
      if (ready && percent > 0) {
        shares.add(new KnativeRoute.Share(canaries.get(i).name(), percent));
      }
    }
    return shares;
  }

  private int percent(int canary) {
    return service.spec().path("canary").path(canary).path("trafficPercent").asInt(0);
  }

  private void canaryStatus(List<Component> canaries) {
    if (canaries.isEmpty()) {
      status.remove("canaryStatuses");
      conditions.remove("CanaryPredictorReady");
      return;
    }
    ArrayNode all = Json.array();
    boolean ready = true;
    for (int i = 0; i < canaries.size(); i++) {
      Optional<Resource> knative = child(canaries.get(i));
      boolean own = knative.map(it -> it.isTrue("Ready")).orElse(false);
      ready &= own;
      ObjectNode one = all.addObject();
      one.put("name", Json.text(canaries.get(i).spec(), "name"));
      one.put("ready", own).put("trafficPercent", percent(i));
      String revision =
          knative.map(it -> it.text("status", "latestCreatedRevisionName")).orElse("");
      JsonNode before = service.status().path("canaryStatuses").path(i).path("modelStatus");
      one.set("modelStatus", modelStatus(before, knative, revision, own));
    }
    status.set("canaryStatuses", all);
    conditions.set(
        "CanaryPredictorReady", ready ? "True" : "Unknown", ready ? "" : "CanaryNotReady", "");
  }

  /// The model of the predictor; what its pods say of a failure is what the service says.
  private void model(Component predictor) {
    Optional<Resource> knative = child(predictor);
    String revision = knative.map(it -> it.text("status", "latestCreatedRevisionName")).orElse("");
    List<Resource> pods = pods(revision);
    boolean anyReady = pods.stream().anyMatch(pod -> pod.isTrue("Ready"));
    Optional<ModelStatus.Failure> failure =
        pods.isEmpty() || anyReady
            ? Optional.empty()
            : ModelStatus.failure(ModelStatus.newestFirst(pods).getFirst());
    failure.ifPresent(
        why -> {
          conditions.set("PredictorReady", "False", why.reason(), why.message());
          conditions.set("IngressReady", "False", "Predictor ingress not created", "");
        });
    boolean ready = conditions.isTrue("PredictorReady") && conditions.isTrue("IngressReady");
    status.modelStatus(modelStatus(status.modelStatus(), knative, revision, ready));
  }

  private ObjectNode modelStatus(
      JsonNode before, Optional<Resource> knative, String revision, boolean ready) {
    boolean current =
        !revision.isEmpty()
            && knative
                .map(it -> it.text("status", "latestReadyRevisionName"))
                .orElse("")
                .equals(revision);
    return ModelStatus.of(
        before,
        pods(revision),
        new ModelStatus.Surroundings(
            ready,
            current,
            knative.map(KnativePlan::anyFalse).orElse(false),
            current && knative.map(it -> it.isTrue("Ready")).orElse(false),
            revision));
  }

  private List<Resource> pods(String revision) {
    return revision.isEmpty()
        ? List.of()
        : observed.list(
            Kinds.POD, service.namespace(), Map.of("serving.knative.dev/revision", revision));
  }

  private static boolean anyFalse(Resource knative) {
    for (JsonNode each : knative.at("status", "conditions")) {
      if (Json.text(each, "status").equals("False")) {
        return true;
      }
    }
    return false;
  }
}
