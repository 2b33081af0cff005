package dev.slipway.app;

import dev.slipway.base.Json;
import dev.slipway.control.Kinds;
import dev.slipway.control.Plan;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/// The Service under which pods reach the registry: it selects no pods, so that what is sent to it
/// is led to the gateway, which no route keeps from the registry's paths.
final class RegistryService {
  static final String NAMESPACE = "slipway-system";
  static final String NAME = "registry";

  /// What clients call their tracking server.
  static final String URL = "http://" + NAME + "." + NAMESPACE + ".svc.cluster.local";

  private RegistryService() {}

  static List<Plan.Kept> objects() {
    ObjectNode namespace = Json.object();
    namespace.putObject("metadata").put("name", NAMESPACE);
    ObjectNode service = Json.object();
    ObjectNode metadata = service.putObject("metadata");
    metadata.put("name", NAME).put("namespace", NAMESPACE);
    metadata.putObject("annotations").put("slipway.dev/gateway", "true");
    ObjectNode port = service.putObject("spec").putArray("ports").addObject();
    port.put("name", "http").put("port", 80).put("protocol", "TCP");
    return List.of(
        new Plan.Kept(Kinds.NAMESPACE, namespace, false),
        new Plan.Kept(Kinds.SERVICE, service, false));
  }
}
