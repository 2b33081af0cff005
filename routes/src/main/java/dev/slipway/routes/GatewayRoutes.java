package dev.slipway.routes;

import dev.slipway.control.Resource;

/// `gateway.networking.k8s.io/v1 Gateway`: what its listeners show to TLS clients.
final class GatewayRoutes {
  private GatewayRoutes() {}

  static Fragment compile(Resource gateway, Lookup lookup) {
    var built = new Fragment.Builder(gateway.created());
    if (GatewayApi.runs(gateway, lookup)) {
      for (var each : Listener.of(gateway, lookup)) {
        if (each.accepted()) {
          each.certificates().forEach(built::certificate);
        }
      }
    }
    return built.build();
  }
}
