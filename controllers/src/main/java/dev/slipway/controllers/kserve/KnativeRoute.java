package dev.slipway.controllers.kserve;

import dev.slipway.base.Json;
import dev.slipway.control.Kinds;
import dev.slipway.control.Observed;
import dev.slipway.control.Resource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The address of a service whose components are Knative Services: an ingress of its own host,
/// whose
/// requests are shared among revisions exactly as the ingress of the component's Knative Service
/// has
/// it at that moment, gradual rollouts included. Named canaries take their percentages off the top.
final class KnativeRoute {
  private static final String LABEL = "networking.knative.dev/visibility";
  private static final String OWN_LABEL = "networking.kserve.io/visibility";

  private final KserveSettings settings;
  private final Resource service;
  private final Observed observed;

  KnativeRoute(KserveSettings settings, Resource service, Observed observed) {
    this.settings = settings;
    this.service = service;
    this.observed = observed;
  }

  /// A canary: the Knative Service that runs it, and its share.
  record Share(String knativeService, int percent) {}

  /// The ingress; empty while no revision takes requests.
  ///
  /// @param entry the Knative Service that takes requests: the transformer's if there is one
  /// @param explainer empty where there is none
  /// @param canaries ready ones
  Optional<ObjectNode> ingress(String entry, Optional<String> explainer, List<Share> canaries) {
    List<ObjectNode> splits = shared(splits(entry), canaries);
    if (splits.isEmpty()) {
      return Optional.empty();
    }
    ArrayNode paths = Json.array();
    explainer.ifPresent(name -> explain(paths, splits(name)));
    path(paths, "", splits);
    ObjectNode made = head(service.name(), entry);
    ObjectNode spec = made.putObject("spec");
    spec.put("httpOption", "Enabled");
    ArrayNode rules = spec.putArray("rules");
    String name = service.name();
    String namespace = service.namespace();
    if (!clusterLocal()) {
      rule(rules, "ExternalIP", List.of(settings.host(name, namespace)), paths);
    }
    rule(
        rules,
        "ClusterLocal",
        List.of(
            name + "." + namespace,
            name + "." + namespace + ".svc",
            settings.localHost(name, namespace)),
        paths);
    return Optional.of(Policies.onto(made, service));
  }

  /// The predictor for the service's own components, past what callers must show; empty where they
  /// need no such name.
  Optional<ObjectNode> inside(String predictor, List<Share> canaries) {
    Optional<String> name = InsideName.of(service, settings);
    List<ObjectNode> splits = shared(splits(predictor), canaries);
    if (name.isEmpty() || splits.isEmpty()) {
      return Optional.empty();
    }
    ArrayNode paths = Json.array();
    path(paths, "", splits);
    ObjectNode made = head(service.name() + "-inside", predictor);
    ObjectNode spec = made.putObject("spec");
    spec.put("httpOption", "Enabled");
    List<String> hosts = List.of(settings.host(name.get(), service.namespace()));
    rule(spec.putArray("rules"), "ClusterLocal", hosts, paths);
    return Optional.of(made);
  }

  private ObjectNode head(String name, String entry) {
    ObjectNode made = Json.object();
    made.put("apiVersion", "networking.internal.knative.dev/v1alpha1").put("kind", "Ingress");
    ObjectNode metadata = made.putObject("metadata");
    metadata.put("name", name).put("namespace", service.namespace());
    metadata.putObject("labels").put("serving.kserve.io/inferenceservice", service.name());
    metadata
        .putObject("annotations")
        .put("networking.knative.dev/ingress.class", ingressClass(entry));
    return made;
  }

  boolean clusterLocal() {
    return service.label(LABEL).equals("cluster-local")
        || service.label(OWN_LABEL).equals("cluster-local");
  }

  private static void rule(
      ArrayNode rules, String visibility, List<String> hosts, ArrayNode paths) {
    ObjectNode rule = rules.addObject();
    ArrayNode names = rule.putArray("hosts");
    hosts.forEach(names::add);
    rule.put("visibility", visibility);
    rule.putObject("http").set("paths", paths.deepCopy());
  }

  /// Paths of an ingress are prefixes: those of this service's own model, in both protocols.
  private void explain(ArrayNode paths, List<ObjectNode> splits) {
    if (!splits.isEmpty()) {
      path(paths, "/v1/models/" + service.name() + ":explain", splits);
      path(paths, "/v2/models/" + service.name() + "/explain", splits);
    }
  }

  private void path(ArrayNode paths, String prefix, List<ObjectNode> splits) {
    ObjectNode path = paths.addObject();
    if (!prefix.isEmpty()) {
      path.put("path", prefix);
    }
    path.putObject("appendHeaders")
        .put("KServe-Isvc-Name", service.name())
        .put("KServe-Isvc-Namespace", service.namespace());
    ArrayNode list = path.putArray("splits");
    splits.forEach(each -> list.add(each.deepCopy()));
  }

  private String ingressClass(String knativeService) {
    String written =
        found(knativeService)
            .map(it -> it.annotation("networking.knative.dev/ingress.class"))
            .orElse("");
    return written.isEmpty() ? "slipway.ingress.networking.knative.dev" : written;
  }

  private Optional<Resource> found(String knativeService) {
    return observed.find(Kinds.KNATIVE_INGRESS.key(service.namespace(), knativeService));
  }

  /// How a Knative Service shares its requests: what its ingress says, else what its status says.
  private List<ObjectNode> splits(String knativeService) {
    Set<String> hosts =
        Set.of(
            settings.host(knativeService, service.namespace()),
            settings.localHost(knativeService, service.namespace()));
    for (JsonNode rule :
        found(knativeService).map(Resource::spec).orElseGet(Json::object).path("rules")) {
      for (JsonNode host : rule.path("hosts")) {
        JsonNode splits = rule.path("http").path("paths").path(0).path("splits");
        if (hosts.contains(host.asString("")) && !splits.isEmpty()) {
          return objects(splits);
        }
      }
    }
    return fromTraffic(knativeService);
  }

  private List<ObjectNode> fromTraffic(String knativeService) {
    var splits = new ArrayList<ObjectNode>();
    JsonNode traffic =
        observed
            .find(Kinds.KNATIVE_SERVICE.key(service.namespace(), knativeService))
            .map(it -> it.at("status", "traffic"))
            .orElseGet(Json::array);
    for (JsonNode target : traffic) {
      int percent = target.path("percent").asInt(0);
      String revision = Json.text(target, "revisionName");
      if (percent > 0 && !revision.isEmpty()) {
        ObjectNode split = Json.object();
        split.put("serviceNamespace", service.namespace()).put("serviceName", revision);
        split.put("servicePort", 80).put("percent", percent);
        split
            .putObject("appendHeaders")
            .put("Knative-Serving-Namespace", service.namespace())
            .put("Knative-Serving-Revision", revision);
        splits.add(split);
      }
    }
    return splits;
  }

  private static List<ObjectNode> objects(JsonNode array) {
    var objects = new ArrayList<ObjectNode>();
    for (JsonNode each : array) {
      if (each instanceof ObjectNode object) {
        objects.add(object.deepCopy());
      }
    }
    return objects;
  }

  /// The stable splits, shrunk to what the canaries leave; whole percents, 100 in all.
  private List<ObjectNode> shared(List<ObjectNode> stable, List<Share> canaries) {
    if (stable.isEmpty()) {
      return stable;
    }
    var all = new ArrayList<ObjectNode>();
    int taken = 0;
    for (Share canary : canaries) {
      List<ObjectNode> own = splits(canary.knativeService());
      taken += own.isEmpty() ? 0 : canary.percent();
      all.addAll(scaled(own, canary.percent()));
    }
    all.addAll(scaled(stable, 100 - taken));
    return all;
  }

  /// Splits in the same proportions with another sum; what rounding leaves goes to the largest.
  static List<ObjectNode> scaled(List<ObjectNode> splits, int sum) {
    int given = 0;
    var scaled = new ArrayList<ObjectNode>();
    for (ObjectNode split : splits) {
      int percent = split.path("percent").asInt(100) * sum / 100;
      given += percent;
      scaled.add(split.deepCopy().put("percent", percent));
    }
    int rest = sum - given;
    scaled.stream()
        .max(java.util.Comparator.comparingInt(each -> each.path("percent").asInt(0)))
        .ifPresent(largest -> largest.put("percent", largest.path("percent").asInt(0) + rest));
    return scaled;
  }
}
