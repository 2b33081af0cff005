package dev.slipway.app;

import dev.slipway.dataplane.gateway.Gateway;
import dev.slipway.dataplane.gateway.RouteTable.VirtualHost;
import dev.slipway.dataplane.gateway.Upstream;
import dev.slipway.net.HttpServer;
import dev.slipway.net.ServerSettings;
import dev.slipway.routes.RouteSink;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Hands compiled routes on to the gateway of this process.
///
/// @param port where certificates are shown
record GatewayFeed(Gateway gateway, HttpServer port) implements RouteSink {
  private static final Logger log = LoggerFactory.getLogger(GatewayFeed.class);

  @Override
  public void hosts(Map<String, Optional<VirtualHost>> changed) {
    gateway.hosts(changed);
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
    var byHost = new LinkedHashMap<String, ServerSettings.Tls>();
    for (var each : certificates) {
      for (var host : each.hosts()) {
        byHost.put(host, new ServerSettings.Tls(each.chain(), each.key(), ""));
      }
    }
    try {
      port.present(byHost);
    } catch (IllegalArgumentException malformed) {
      log.warn("certificates are left as they were: {}", malformed.getMessage());
    }
  }
}
