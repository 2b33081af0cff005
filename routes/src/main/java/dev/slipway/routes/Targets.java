package dev.slipway.routes;

import dev.slipway.base.Json;
import dev.slipway.control.Kinds;
import dev.slipway.control.Resource;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// Names of upstreams, as routes and endpoints agree on them.
final class Targets {
  private Targets() {}

  /// A revision's.
  static String revision(String namespace, String name) {
    return namespace + "/" + name;
  }

  /// A Service's, by the number of its port.
  static String service(String namespace, String name, int port) {
    return namespace + "/" + name + ":" + port;
  }

  /// A Service's by a port's number or name.
  ///
  /// @param port a number, a name, or missing for the only one
  /// @return empty where the Service or the port is not there
  static Optional<String> service(String namespace, String name, JsonNode port, Lookup lookup) {
    var service = lookup.find(Kinds.SERVICE.key(namespace, name));
    return service
        .flatMap(found -> port(found, port))
        .map(number -> service(namespace, name, number));
  }

  /// An address written in digits, without asking anyone.
  ///
  /// @throws IllegalArgumentException if it is a name
  static InetSocketAddress address(String digits, int port) {
    return new InetSocketAddress(InetAddress.ofLiteral(digits), port);
  }

  private static Optional<Integer> port(Resource service, JsonNode wanted) {
    var ports = service.spec().path("ports");
    for (var each : ports) {
      boolean named = wanted.isString() && Json.text(each, "name").equals(wanted.stringValue());
      boolean numbered = wanted.isNumber() && each.path("port").asInt(0) == wanted.asInt();
      boolean only = wanted.isMissingNode() && ports.size() == 1;
      if (named || numbered || only) {
        return Optional.of(each.path("port").asInt(0));
      }
    }
    return Optional.empty();
  }
}
