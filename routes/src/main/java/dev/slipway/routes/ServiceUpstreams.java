package dev.slipway.routes;

import dev.slipway.base.Json;
import dev.slipway.control.Resource;
import dev.slipway.dataplane.gateway.RouteTable.PayloadLog;
import dev.slipway.dataplane.gateway.Upstream;
import dev.slipway.dataplane.gateway.Upstream.Endpoint;
import dev.slipway.dataplane.gateway.Upstream.Wire;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;

/// The upstreams of a Service: one a port, with the endpoints that its EndpointSlices call ready;
/// where none is, those that still serve while they end (KEP-1669).
final class ServiceUpstreams {
  private ServiceUpstreams() {}

  /// What of a Service matters here.
  record Facts(
      String namespace,
      String name,
      boolean sticky,
      List<Port> ports,
      Optional<PayloadLog> payloads) {}

  record Port(String name, int number, Wire wire) {}

  /// What of a slice matters here.
  ///
  /// @param ports container ports by the names of the Service's
  /// @param ending those that serve but are about to go
  record SliceFacts(Map<String, Integer> ports, List<Serving> ready, List<Serving> ending) {}

  /// @param pod `NAMESPACE/NAME`; may be empty
  record Serving(String address, String pod) {}

  static Facts facts(Resource service) {
    var ports = new ArrayList<Port>();
    for (var port : service.spec().path("ports")) {
      ports.add(new Port(Json.text(port, "name"), port.path("port").asInt(0), wire(service, port)));
    }
    boolean sticky = service.text("spec", "sessionAffinity").equals("ClientIP");
    return new Facts(
        service.namespace(), service.name(), sticky, ports, LoggerAnnotations.of(service));
  }

  static SliceFacts sliceFacts(Resource slice) {
    var ports = new HashMap<String, Integer>();
    slice.at("ports").forEach(p -> ports.put(Json.text(p, "name"), p.path("port").asInt(0)));
    var ready = new ArrayList<Serving>();
    var ending = new ArrayList<Serving>();
    for (var each : slice.at("endpoints")) {
      var conditions = each.path("conditions");
      boolean isReady = conditions.path("ready").asBoolean(true);
      if (isReady || conditions.path("serving").asBoolean(false)) {
        var pod = pod(slice, each);
        var known = isReady ? ready : ending;
        each.path("addresses").forEach(at -> known.add(new Serving(at.asString(""), pod)));
      }
    }
    return new SliceFacts(ports, ready, ending);
  }

  /// @param slices those labelled with the Service's name
  static List<Upstream> of(Facts service, Collection<SliceFacts> slices) {
    return service.ports().stream()
        .map(
            port ->
                new Upstream(
                        Targets.service(service.namespace(), service.name(), port.number()),
                        port.wire(),
                        0,
                        false,
                        endpoints(port.name(), slices),
                        service.sticky())
                    .withPayloads(service.payloads()))
        .toList();
  }

  /// What a port speaks, by `appProtocol` (KEP-3726), the port's name as Knative and Istio read it,
  /// or
  /// ingress-nginx's annotation.
  static Wire wire(Resource service, JsonNode port) {
    var protocol = Json.text(port, "appProtocol").toLowerCase(Locale.ROOT);
    var name = Json.text(port, "name").toLowerCase(Locale.ROOT);
    var nginx = service.annotation(NginxAnnotations.PREFIX + "backend-protocol");
    if (protocol.equals("kubernetes.io/h2c") || protocol.equals("grpc") || nginx.equals("GRPC")) {
      return Wire.H2C;
    }
    if (protocol.equals("https") || nginx.equals("HTTPS")) {
      return Wire.HTTPS;
    }
    return wire(name);
  }

  /// By the name of a port alone: `h2c`, `grpc`, `http2`, with or without `-anything`.
  static Wire wire(String portName) {
    int dash = portName.indexOf('-');
    return switch (dash < 0 ? portName : portName.substring(0, dash)) {
      case "h2c", "grpc", "http2" -> Wire.H2C;
      default -> Wire.HTTP1;
    };
  }

  private static List<Endpoint> endpoints(String portName, Collection<SliceFacts> slices) {
    var ready = endpoints(portName, slices, SliceFacts::ready);
    return ready.isEmpty() ? endpoints(portName, slices, SliceFacts::ending) : ready;
  }

  private static List<Endpoint> endpoints(
      String portName, Collection<SliceFacts> slices, Function<SliceFacts, List<Serving>> which) {
    var made = new ArrayList<Endpoint>();
    for (var slice : slices) {
      int port = slice.ports().getOrDefault(portName, 0);
      if (port != 0) {
        for (var each : which.apply(slice)) {
          made.add(new Endpoint(Targets.address(each.address(), port), each.pod()));
        }
      }
    }
    return made;
  }

  private static String pod(Resource slice, JsonNode endpoint) {
    var name = Json.text(endpoint, "targetRef", "name");
    return name.isEmpty() ? "" : slice.namespace() + "/" + name;
  }
}
