package dev.slipway.controllers.core;

import dev.slipway.base.Json;
import dev.slipway.control.Resource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The EndpointSlices and the Endpoints that a Service with a selector should have. Same inputs,
/// same answer.
///
/// Source: Kubernetes, `pkg/controller/endpointslice` and `pkg/controller/endpoint`, as documented
/// under "EndpointSlices".
final class EndpointSliceDesired {
  static final String SERVICE_NAME = "kubernetes.io/service-name";
  static final String MANAGED_BY = "endpointslice.kubernetes.io/managed-by";
  static final String MANAGER = "endpointslice-controller.k8s.io";
  private static final String HEADLESS = "service.kubernetes.io/headless";
  private static final int MOST_ENDPOINTS = 100;
  private static final int MOST_ADDRESSES = 1000;

  private EndpointSliceDesired() {}

  /// Whether its endpoints are found by a selector.
  static boolean selects(Resource service) {
    return !service.spec().path("selector").isEmpty()
        && !service.text("spec", "type").equals("ExternalName");
  }

  /// Pods of one set of port numbers.
  private record Group(ArrayNode ports, List<Resource> pods) {}

  /// @param pods those that the selector takes
  static List<ObjectNode> slices(Resource service, List<Resource> pods) {
    var slices = new ArrayList<ObjectNode>();
    for (var group : groups(service, pods)) {
      for (int from = 0; from < group.pods.size(); from += MOST_ENDPOINTS) {
        var slice = slice(service, slices.size());
        var endpoints = slice.putArray("endpoints");
        group.pods.stream()
            .skip(from)
            .limit(MOST_ENDPOINTS)
            .forEach(pod -> endpoints.add(endpoint(service, pod)));
        slice.set("ports", group.ports);
        slices.add(slice);
      }
    }
    if (slices.isEmpty()) {
      var empty = slice(service, 0);
      empty.putArray("endpoints");
      empty.putArray("ports");
      slices.add(empty);
    }
    return slices;
  }

  private static List<Group> groups(Resource service, List<Resource> pods) {
    var byPorts = new LinkedHashMap<ArrayNode, Group>();
    pods.stream()
        .filter(EndpointSliceDesired::hasAddress)
        .sorted(Comparator.comparing(Resource::created).thenComparing(Resource::name))
        .forEach(
            pod ->
                byPorts
                    .computeIfAbsent(
                        ports(service, pod), ports -> new Group(ports, new ArrayList<>()))
                    .pods
                    .add(pod));
    return List.copyOf(byPorts.values());
  }

  private static boolean hasAddress(Resource pod) {
    var phase = pod.text("status", "phase");
    return !pod.text("status", "podIP").isEmpty()
        && !phase.equals("Succeeded")
        && !phase.equals("Failed");
  }

  private static ObjectNode slice(Resource service, int index) {
    var slice = Json.object().put("apiVersion", "discovery.k8s.io/v1").put("kind", "EndpointSlice");
    var metadata = slice.putObject("metadata");
    metadata.put("name", sliceName(service, index)).put("namespace", service.namespace());
    var labels = labels(service, metadata);
    labels.put(SERVICE_NAME, service.name()).put(MANAGED_BY, MANAGER);
    metadata
        .putArray("ownerReferences")
        .addObject()
        .put("apiVersion", "v1")
        .put("kind", "Service")
        .put("name", service.name())
        .put("uid", service.uid())
        .put("controller", true)
        .put("blockOwnerDeletion", true);
    return slice.put("addressType", "IPv4");
  }

  private static ObjectNode labels(Resource service, ObjectNode metadata) {
    var labels = metadata.putObject("labels");
    service.labels().forEach(labels::put);
    if (service.text("spec", "clusterIP").equals("None")) {
      labels.put(HEADLESS, "");
    }
    return labels;
  }

  /// The Service's name and five letters that stay the same for its slice of this number.
  private static String sliceName(Resource service, int index) {
    long mixed = (service.uid().hashCode() * 31L + index) * 0x9E3779B97F4A7C15L;
    var letters = new StringBuilder(service.name()).append('-');
    var alphabet = "bcdfghjklmnpqrstvwxz2456789";
    for (int i = 0; i < 5; i++) {
      letters.append(alphabet.charAt((int) Long.remainderUnsigned(mixed, alphabet.length())));
      mixed = Long.divideUnsigned(mixed, alphabet.length());
    }
    return letters.toString();
  }

  private static ObjectNode endpoint(Resource service, Resource pod) {
    boolean serving = pod.isTrue("Ready") || publishesNotReady(service);
    var endpoint = Json.object();
    endpoint.putArray("addresses").add(pod.text("status", "podIP"));
    endpoint
        .putObject("conditions")
        .put("ready", publishesNotReady(service) || (serving && !pod.deleting()))
        .put("serving", serving)
        .put("terminating", pod.deleting());
    hostname(service, pod, endpoint);
    endpoint.put("nodeName", pod.text("spec", "nodeName"));
    endpoint.set("targetRef", reference(pod));
    return endpoint;
  }

  private static void hostname(Resource service, Resource pod, ObjectNode into) {
    var hostname = pod.text("spec", "hostname");
    if (!hostname.isEmpty() && pod.text("spec", "subdomain").equals(service.name())) {
      into.put("hostname", hostname);
    }
  }

  private static ObjectNode reference(Resource pod) {
    return Json.object()
        .put("kind", "Pod")
        .put("namespace", pod.namespace())
        .put("name", pod.name())
        .put("uid", pod.uid());
  }

  private static boolean publishesNotReady(Resource service) {
    return service.spec().path("publishNotReadyAddresses").asBoolean(false);
  }

  /// The Service's ports as this pod has them; a named port the pod lacks is left out.
  private static ArrayNode ports(Resource service, Resource pod) {
    var ports = Json.array();
    for (var port : service.spec().path("ports")) {
      int number = targetPort(port, pod);
      if (number > 0) {
        var made = ports.addObject().put("name", Json.text(port, "name"));
        made.put("port", number).put("protocol", protocol(port));
        if (port.has("appProtocol")) {
          made.put("appProtocol", Json.text(port, "appProtocol"));
        }
      }
    }
    return ports;
  }

  private static String protocol(JsonNode port) {
    return port.path("protocol").asString("TCP");
  }

  private static int targetPort(JsonNode port, Resource pod) {
    var target = port.path("targetPort");
    if (target.isNumber() && target.asInt() > 0) {
      return target.asInt();
    }
    var name = target.asString("");
    if (name.isEmpty() || name.equals("0")) {
      return port.path("port").asInt(0);
    }
    for (var container : pod.spec().path("containers")) {
      for (var each : container.path("ports")) {
        if (Json.text(each, "name").equals(name) && protocol(each).equals(protocol(port))) {
          return each.path("containerPort").asInt(0);
        }
      }
    }
    return 0;
  }

  /// The older form of the same.
  static ObjectNode endpoints(Resource service, List<Resource> pods) {
    var made = Json.object().put("apiVersion", "v1").put("kind", "Endpoints");
    var metadata = made.putObject("metadata");
    metadata.put("name", service.name()).put("namespace", service.namespace());
    var _ =
        labels(service, metadata).put("endpoints.kubernetes.io/managed-by", "endpoint-controller");
    var subsets = made.putArray("subsets");
    for (var group : groups(service, pods)) {
      subset(service, group, subsets.addObject());
    }
    return made;
  }

  private static void subset(Resource service, Group group, ObjectNode subset) {
    var ready = Json.array();
    var notReady = Json.array();
    for (var pod : group.pods.subList(0, Math.min(group.pods.size(), MOST_ADDRESSES))) {
      boolean isReady = publishesNotReady(service) || (pod.isTrue("Ready") && !pod.deleting());
      if (isReady || !pod.deleting()) {
        address(service, pod, (isReady ? ready : notReady).addObject());
      }
    }
    if (!ready.isEmpty()) {
      subset.set("addresses", ready);
    }
    if (!notReady.isEmpty()) {
      subset.set("notReadyAddresses", notReady);
    }
    if (!group.ports.isEmpty()) {
      subset.set("ports", withoutEmptyNames(group.ports));
    }
  }

  private static void address(Resource service, Resource pod, ObjectNode into) {
    into.put("ip", pod.text("status", "podIP"));
    hostname(service, pod, into);
    into.put("nodeName", pod.text("spec", "nodeName"));
    into.set("targetRef", reference(pod));
  }

  private static ArrayNode withoutEmptyNames(ArrayNode ports) {
    var copy = ports.deepCopy();
    for (var each : copy) {
      if (each instanceof ObjectNode port && Json.text(port, "name").isEmpty()) {
        port.remove("name");
      }
    }
    return copy;
  }
}
