package dev.slipway.app;

import dev.slipway.dataplane.gateway.Gateway;
import dev.slipway.dataplane.gateway.RouteTable;
import dev.slipway.dataplane.gateway.Upstream;
import dev.slipway.routes.RouteSink;
import java.util.List;

/// Hands compiled routes on to the gateway of this process.
record GatewayFeed(Gateway gateway) implements RouteSink {
  @Override
  public void routes(RouteTable table) {
    gateway.routes(table);
  }

  @Override
  public void upstream(Upstream upstream) {
    gateway.upstreams().put(upstream);
  }

  @Override
  public void gone(String key) {
    gateway.upstreams().remove(key);
  }

  @Override
  public void certificates(List<Certificate> certificates) {
    // the port speaks clear text
  }
}
