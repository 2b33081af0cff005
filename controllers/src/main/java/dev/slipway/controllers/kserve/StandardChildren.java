package dev.slipway.controllers.kserve;

import dev.slipway.api.kserve.Kserve;
import dev.slipway.base.Json;
import dev.slipway.control.Resource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The Deployment and the Service of a component.
///
/// Follows `reconcilers/deployment` and `reconcilers/service` of kserve/kserve, but for the default
/// readiness probe, which asks every second instead of every ten.
final class StandardChildren {
  private final KserveConfig config;
  private final Resource service;

  StandardChildren(KserveConfig config, Resource service) {
    this.config = config;
    this.service = service;
  }

  /// The pods' template: what decides whether two Deployments run the same.
  ObjectNode template(Component component) {
    ObjectNode template = Json.object();
    ObjectNode metadata = template.putObject("metadata");
    Map<String, String> labels = new HashMap<>(component.labels());
    labels.put("app", app(component.name()));
    Component.put(metadata, "labels", labels);
    Component.put(metadata, "annotations", component.annotations());
    ObjectNode pod = component.pod().deepCopy();
    for (JsonNode each : pod.path("containers")) {
      if (each instanceof ObjectNode container) {
        probe(container);
      }
    }
    template.set("spec", pod);
    return template;
  }

  static String app(String name) {
    return "isvc." + name;
  }

  private static void probe(ObjectNode container) {
    String name = Json.text(container, "name");
    boolean serves = name.equals(Kserve.CONTAINER) || name.equals(Kserve.TRANSFORMER_CONTAINER);
    if (!serves || container.has("readinessProbe")) {
      return;
    }
    int port = container.path("ports").path(0).path("containerPort").asInt(8080);
    ObjectNode probe = container.putObject("readinessProbe");
    probe.putObject("tcpSocket").put("port", port);
    probe.put("timeoutSeconds", 1).put("periodSeconds", 1);
    probe.put("successThreshold", 1).put("failureThreshold", 3);
  }

  /// @param replicas empty to leave them to an autoscaler
  ObjectNode deployment(Component component, ObjectNode template, Optional<Integer> replicas) {
    ObjectNode made = Json.object();
    made.put("apiVersion", "apps/v1").put("kind", "Deployment");
    made.set("metadata", metadata(component));
    ObjectNode spec = made.putObject("spec");
    replicas.ifPresent(count -> spec.put("replicas", count));
    spec.putObject("selector").putObject("matchLabels").put("app", app(component.name()));
    spec.set("strategy", strategy(component));
    spec.put("revisionHistoryLimit", 10).put("progressDeadlineSeconds", 600);
    spec.set("template", template);
    return made;
  }

  private ObjectNode metadata(Component component) {
    ObjectNode metadata = component.metadata(service.namespace());
    Map<String, String> labels = new HashMap<>(component.labels());
    labels.put("app", app(component.name()));
    Component.put(metadata, "labels", labels);
    Component.put(metadata, "annotations", component.annotations());
    return metadata;
  }

  private JsonNode strategy(Component component) {
    JsonNode written = component.spec().path("deploymentStrategy");
    if (written.isObject()) {
      return written.deepCopy();
    }
    ObjectNode strategy = Json.object().put("type", "RollingUpdate");
    JsonNode rolling =
        config.part("deploy").path("deploymentRolloutStrategy").path("defaultRollout");
    strategy
        .putObject("rollingUpdate")
        .put("maxSurge", orQuarter(rolling.path("maxSurge")))
        .put("maxUnavailable", orQuarter(rolling.path("maxUnavailable")));
    return strategy;
  }

  private static String orQuarter(JsonNode share) {
    String text = share.asString("");
    return text.isEmpty() ? "25%" : text;
  }

  /// Port 80 leads to the first port of the container that takes requests, further ones to
  /// themselves.
  ObjectNode coreService(Component component) {
    ObjectNode made = Json.object();
    made.put("apiVersion", "v1").put("kind", "Service");
    made.set("metadata", metadata(component));
    ObjectNode spec = made.putObject("spec");
    spec.putObject("selector").put("app", app(component.name()));
    if (config.part("service").path("serviceClusterIPNone").asBoolean(false)) {
      spec.put("clusterIP", "None");
    }
    ports(spec.putArray("ports"), component);
    return Policies.onto(made, service);
  }

  private static void ports(ArrayNode ports, Component component) {
    JsonNode container = entry(component.pod());
    JsonNode declared = container.path("ports");
    if (declared.isEmpty()) {
      port(ports, component.name(), 80, 8080, "TCP");
      return;
    }
    for (int i = 0; i < declared.size(); i++) {
      JsonNode each = declared.path(i);
      int number = each.path("containerPort").asInt(8080);
      String name = Json.text(each, "name");
      String protocol = Json.text(each, "protocol");
      String known = name.isEmpty() && declared.size() > 1 ? "port-" + number : name;
      ObjectNode made =
          port(ports, known, i == 0 ? 80 : number, number, protocol.isEmpty() ? "TCP" : protocol);
      if (name.contains("grpc") || name.contains("h2c")) {
        made.put("appProtocol", "kubernetes.io/h2c");
      }
    }
  }

  private static ObjectNode port(
      ArrayNode ports, String name, int port, int target, String protocol) {
    ObjectNode made = ports.addObject();
    if (!name.isEmpty()) {
      made.put("name", portName(name));
    }
    return made.put("port", port).put("targetPort", target).put("protocol", protocol);
  }

  /// Kubernetes takes 63 characters; a service's name may be as long as that.
  private static String portName(String name) {
    return name.length() <= 63 ? name : "http";
  }

  /// The container that takes requests: a transformer beside the server, else the first.
  private static JsonNode entry(ObjectNode pod) {
    for (JsonNode each : pod.path("containers")) {
      if (Json.text(each, "name").equals(Kserve.TRANSFORMER_CONTAINER)) {
        return each;
      }
    }
    return pod.path("containers").path(0);
  }
}
