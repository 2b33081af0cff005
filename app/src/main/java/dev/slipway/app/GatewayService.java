package dev.slipway.app;

import dev.slipway.base.Json;
import dev.slipway.control.Key;
import dev.slipway.control.Kinds;
import dev.slipway.control.Plan;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/// The Service under which a cluster reaches the gateway of the operator that leads. It selects no
/// pods: the operator may run anywhere, and says itself where.
final class GatewayService {
  static final String NAMESPACE = "slipway-system";
  static final String NAME = "gateway";
  static final String HOST = NAME + "." + NAMESPACE + ".svc.cluster.local";
  private static final String SLICE = NAME + "-operator";

  /// Where the Service leads; nowhere while this is not there.
  static final Key PLACE = Kinds.ENDPOINT_SLICE.key(NAMESPACE, SLICE);

  /// No request may be led from the gateway to itself.
  private static final String NOT_ROUTED = "slipway.dev/gateway";

  private GatewayService() {}

  /// A namespace, the Service, and where it leads now. Fields that are not named, `type` among
  /// them, stay as their owner has set them.
  ///
  /// @param address of this process, as the cluster reaches it
  static List<Plan.Kept> objects(String address, int port) {
    return List.of(
        new Plan.Kept(Kinds.NAMESPACE, named("", NAMESPACE), false),
        new Plan.Kept(Kinds.SERVICE, service(port), false),
        new Plan.Kept(Kinds.ENDPOINT_SLICE, slice(address, port), false));
  }

  private static ObjectNode named(String namespace, String name) {
    var object = Json.object();
    var metadata = object.putObject("metadata").put("name", name);
    if (!namespace.isEmpty()) {
      metadata.put("namespace", namespace);
    }
    return object;
  }

  private static ObjectNode service(int port) {
    var service = named(NAMESPACE, NAME);
    Json.ensureObject(service, "metadata", "annotations").put(NOT_ROUTED, "true");
    var ports = service.putObject("spec").putArray("ports");
    ports.addObject().put("name", "http2").put("port", 80).put("targetPort", port);
    ports.addObject().put("name", "https").put("port", 443).put("targetPort", port);
    ports.values().forEach(each -> ((ObjectNode) each).put("protocol", "TCP"));
    return service;
  }

  private static ObjectNode slice(String address, int port) {
    var slice = named(NAMESPACE, SLICE);
    Json.ensureObject(slice, "metadata", "labels")
        .put("kubernetes.io/service-name", NAME)
        .put("endpointslice.kubernetes.io/managed-by", "slipway-operator");
    slice.put("addressType", address.indexOf(':') >= 0 ? "IPv6" : "IPv4");
    var endpoint = slice.putArray("endpoints").addObject();
    endpoint.putArray("addresses").add(address);
    endpoint.putObject("conditions").put("ready", true);
    var ports = slice.putArray("ports");
    ports.addObject().put("name", "http2").put("port", port).put("protocol", "TCP");
    ports.addObject().put("name", "https").put("port", port).put("protocol", "TCP");
    return slice;
  }
}
