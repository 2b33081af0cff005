package dev.slipway.controllers.kserve;

import dev.slipway.base.Json;
import dev.slipway.control.Resource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The addresses of a service that runs as Deployments: HTTPRoutes for the service and each of its
/// components, or one Ingress where the Gateway API is not served.
///
/// Follows `reconcilers/ingress` of kserve/kserve.
final class StandardRoute {
  private static final String EXPLAIN = "^/v1/models/[\\w-]+:explain$";
  private static final String EVERYTHING = "^/.*$";

  private final KserveSettings settings;
  private final KserveConfig config;
  private final Resource service;

  StandardRoute(KserveSettings settings, KserveConfig config, Resource service) {
    this.settings = settings;
    this.config = config;
    this.service = service;
  }

  /// A Service, and its share of the requests.
  record Share(String coreService, int weight) {}

  boolean isInternal() {
    return service.label("networking.kserve.io/visibility").equals("cluster-local")
        || service.label("networking.knative.dev/visibility").equals("cluster-local")
        || config.part("ingress").path("disableIngressCreation").asBoolean(false);
  }

  /// The route of the service itself.
  ///
  /// @param shares of whatever takes requests first
  ObjectNode httpRoute(Component entry, List<Share> shares, Optional<Component> explainer) {
    ObjectNode made = head(service.name());
    ArrayNode rules = rules(made);
    explainer.ifPresent(part -> rule(rules, EXPLAIN, List.of(new Share(part.name(), 1)), part));
    rule(rules, EVERYTHING, shares, entry);
    return Policies.onto(made, service);
  }

  /// The route of one component.
  ObjectNode httpRoute(Component component, List<Share> shares) {
    ObjectNode made = head(component.name());
    rule(rules(made), EVERYTHING, shares, component);
    return Policies.onto(made, service);
  }

  /// The predictor for the service's own components, past what callers must show; empty where they
  /// need no such name.
  Optional<ObjectNode> inside(Component predictor, List<Share> shares) {
    return InsideName.of(service, settings)
        .map(
            name -> {
              ObjectNode made = head(service.name() + "-inside");
              ((ObjectNode) made.path("spec"))
                  .putArray("hostnames")
                  .add(settings.host(name, service.namespace()));
              rule(rules(made), EVERYTHING, shares, predictor);
              return made;
            });
  }

  private static ArrayNode rules(ObjectNode route) {
    return (ArrayNode) route.path("spec").path("rules");
  }

  private ObjectNode head(String name) {
    ObjectNode made = Json.object();
    made.put("apiVersion", "gateway.networking.k8s.io/v1").put("kind", "HTTPRoute");
    ObjectNode metadata = made.putObject("metadata");
    metadata.put("name", name).put("namespace", service.namespace());
    metadata
        .putObject("labels")
        .put("serving.kserve.io/" + service.kind().kind().toLowerCase(Locale.ROOT), service.name());
    ObjectNode spec = made.putObject("spec");
    spec.putArray("hostnames").add(settings.host(name, service.namespace()));
    String[] gateway =
        config
            .text("ingress", "kserveIngressGateway", "kserve/kserve-ingress-gateway")
            .split("/", 2);
    spec.putArray("parentRefs")
        .addObject()
        .put("group", "gateway.networking.k8s.io")
        .put("kind", "Gateway")
        .put("namespace", gateway[0])
        .put("name", gateway[gateway.length - 1]);
    spec.putArray("rules");
    return made;
  }

  private void rule(ArrayNode rules, String path, List<Share> shares, Component component) {
    ObjectNode rule = rules.addObject();
    rule.putArray("matches")
        .addObject()
        .putObject("path")
        .put("type", "RegularExpression")
        .put("value", path);
    ArrayNode set = headers(rule);
    set.addObject().put("name", "KServe-Isvc-Name").put("value", service.name());
    set.addObject().put("name", "KServe-Isvc-Namespace").put("value", service.namespace());
    ArrayNode backends = rule.putArray("backendRefs");
    for (Share share : shares) {
      backends
          .addObject()
          .put("group", "")
          .put("kind", "Service")
          .put("name", share.coreService())
          .put("namespace", service.namespace())
          .put("port", 80)
          .put("weight", share.weight());
    }
    JsonNode timeout = component.spec().path("timeout");
    rule.putObject("timeouts").put("request", timeout.asInt(60) + "s");
  }

  private static ArrayNode headers(ObjectNode rule) {
    ObjectNode filter = rule.putArray("filters").addObject().put("type", "RequestHeaderModifier");
    return filter.putObject("requestHeaderModifier").putArray("set");
  }

  /// One Ingress for all: a host for the service, one for each component.
  ObjectNode ingress(Component entry, List<Component> components, Optional<Component> explainer) {
    ObjectNode made = Json.object();
    made.put("apiVersion", "networking.k8s.io/v1").put("kind", "Ingress");
    ObjectNode metadata = made.putObject("metadata");
    metadata.put("name", service.name()).put("namespace", service.namespace());
    ObjectNode spec = made.putObject("spec");
    String ingressClass = config.text("ingress", "ingressClassName", "");
    if (!ingressClass.isEmpty()) {
      spec.put("ingressClassName", ingressClass);
    }
    ArrayNode rules = spec.putArray("rules");
    ArrayNode paths = host(rules, service.name());
    explainer.ifPresent(
        part -> path(paths, "/v1/models/" + service.name() + ":explain", part.name()));
    path(paths, "/", entry.name());
    components.forEach(each -> path(host(rules, each.name()), "/", each.name()));
    return Policies.onto(made, service);
  }

  private ArrayNode host(ArrayNode rules, String name) {
    ObjectNode rule = rules.addObject().put("host", settings.host(name, service.namespace()));
    return rule.putObject("http").putArray("paths");
  }

  private static void path(ArrayNode paths, String prefix, String backend) {
    ObjectNode path = paths.addObject().put("path", prefix).put("pathType", "Prefix");
    path.putObject("backend")
        .putObject("service")
        .put("name", backend)
        .putObject("port")
        .put("number", 80);
  }
}
