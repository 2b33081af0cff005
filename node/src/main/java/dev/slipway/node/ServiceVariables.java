package dev.slipway.node;

import dev.slipway.base.Json;
import dev.slipway.control.Cluster;
import dev.slipway.control.Kinds;
import dev.slipway.control.Resource;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/// The variables by which containers find Services: `WEB_SERVICE_HOST`, `WEB_PORT_80_TCP`, …, of
/// those in the pod's namespace where it wants them, and always of the API.
///
/// Source: Kubernetes, `pkg/kubelet/envvars`.
final class ServiceVariables {
  private ServiceVariables() {}

  /// @param api where it answers, if that is known better than by its endpoints
  static Map<String, String> of(Resource pod, Cluster cluster, Optional<URI> api) {
    var all = new TreeMap<String, String>();
    if (pod.spec().path("enableServiceLinks").asBoolean(true)) {
      for (var service : cluster.list(Kinds.SERVICE, pod.namespace())) {
        var address = service.text("spec", "clusterIP");
        if (!address.isEmpty() && !address.equals("None")) {
          put(
              all,
              service.name(),
              address,
              service.spec().path("ports").values().stream().toList());
        }
      }
    }
    api.ifPresentOrElse(
        at ->
            put(
                all,
                "kubernetes",
                at.getHost(),
                List.of(Json.object().put("name", "https").put("port", at.getPort()))),
        () -> api(all, cluster));
    return all;
  }

  /// The API's Service.
  static Optional<URI> api(Cluster cluster) {
    return cluster
        .get(Kinds.SERVICE.key("default", "kubernetes"))
        .map(
            service ->
                URI.create(
                    "https://"
                        + service.text("spec", "clusterIP")
                        + ":"
                        + service.spec().path("ports").path(0).path("port").asInt(443)));
  }

  /// Where the API itself answers: its Service's address is none of this machine's.
  private static void api(Map<String, String> all, Cluster cluster) {
    var endpoints = cluster.get(Kinds.ENDPOINTS.key("default", "kubernetes"));
    for (var subset : endpoints.map(each -> each.at("subsets")).orElseGet(Json::array)) {
      var address = Json.text(subset.path("addresses").path(0), "ip");
      if (!address.isEmpty()) {
        put(all, "kubernetes", address, subset.path("ports").values().stream().toList());
        return;
      }
    }
  }

  private static void put(
      Map<String, String> all, String service, String address, List<JsonNode> ports) {
    if (ports.isEmpty()) {
      return;
    }
    var prefix = variable(service);
    all.put(prefix + "_SERVICE_HOST", address);
    all.put(prefix + "_SERVICE_PORT", number(ports.getFirst()));
    for (int i = 0; i < ports.size(); i++) {
      var port = ports.get(i);
      var name = Json.text(port, "name");
      if (!name.isEmpty()) {
        all.put(prefix + "_SERVICE_PORT_" + variable(name), number(port));
      }
      var protocol = Json.text(port, "protocol").isEmpty() ? "TCP" : Json.text(port, "protocol");
      var url = protocol.toLowerCase(Locale.ROOT) + "://" + address + ":" + number(port);
      if (i == 0) {
        all.put(prefix + "_PORT", url);
      }
      var one = prefix + "_PORT_" + number(port) + "_" + protocol;
      all.put(one, url);
      all.put(one + "_PROTO", protocol.toLowerCase(Locale.ROOT));
      all.put(one + "_PORT", number(port));
      all.put(one + "_ADDR", address);
    }
  }

  private static String number(JsonNode port) {
    return String.valueOf(port.path("port").asInt(0));
  }

  private static String variable(String name) {
    return name.toUpperCase(Locale.ROOT).replace('-', '_');
  }
}
