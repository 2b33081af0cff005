package dev.slipway.routes;

import dev.slipway.base.Json;
import dev.slipway.control.Resource;
import dev.slipway.dataplane.gateway.RouteTable.Backend;
import dev.slipway.dataplane.gateway.RouteTable.Edits;
import dev.slipway.dataplane.gateway.RouteTable.Forwarding;
import dev.slipway.dataplane.gateway.RouteTable.Match;
import dev.slipway.dataplane.gateway.RouteTable.Policy;
import dev.slipway.dataplane.gateway.RouteTable.Retries;
import dev.slipway.dataplane.gateway.RouteTable.Rule;
import dev.slipway.dataplane.gateway.RouteTable.Timeouts;
import java.util.List;
import java.util.Optional;

/// A core Service answers under its name inside the cluster, `NAME.NAMESPACE.svc.cluster.local` and
/// shorter, and under `NAME.NAMESPACE.svc.localhost`, which a laptop resolves by itself. Another
/// port than
/// the first is part of the name: `NAME-PORT.NAMESPACE.svc.localhost`. One of type ExternalName is
/// but another name for something, and one that is annotated as the gateway's own leads back here:
/// neither is routed.
final class ServiceRoutes {
  private static final String GATEWAY = "slipway.dev/gateway";

  private ServiceRoutes() {}

  static Fragment compile(Resource service, Lookup lookup) {
    if (service.text("spec", "type").equals("ExternalName")
        || service.annotation(GATEWAY).equals("true")) {
      return Fragment.EMPTY;
    }
    var built = new Fragment.Builder(service.created());
    boolean first = true;
    for (var port : service.spec().path("ports")) {
      if (Json.text(port, "protocol").equals("UDP")) {
        continue;
      }
      int number = port.path("port").asInt(0);
      var policy = new RoutePolicies(service, lookup).policy();
      var rule =
          rule(service, policy, Targets.service(service.namespace(), service.name(), number));
      if (first) {
        for (var ending : List.of("svc.cluster.local", "svc", "svc.localhost")) {
          built.rule(service.name() + "." + service.namespace() + "." + ending, rule);
        }
      }
      var name = service.name() + "-" + number + "." + service.namespace() + ".svc.localhost";
      built.rule(name, rule);
      first = false;
    }
    return built.build();
  }

  private static Rule rule(Resource service, Policy policy, String upstream) {
    var forwarding =
        new Forwarding(
            List.of(Backend.of(upstream, 1)),
            Edits.NONE,
            Optional.empty(),
            Timeouts.NONE,
            Retries.SAFE,
            List.of());
    return new Rule(service.namespace() + "/" + service.name(), Match.ALL, forwarding, policy);
  }
}
