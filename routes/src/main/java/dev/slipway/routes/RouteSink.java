package dev.slipway.routes;

import dev.slipway.dataplane.gateway.RouteTable.VirtualHost;
import dev.slipway.dataplane.gateway.Upstream;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What takes compiled routes: a gateway. Called from one thread at a time.
public interface RouteSink {
  /// Hosts as they are now; all others are as they were.
  ///
  /// @param changed by name; empty for one without routes
  void hosts(Map<String, Optional<VirtualHost>> changed);

  /// An upstream as it is now.
  void upstream(Upstream upstream);

  /// An upstream that is no more.
  void gone(String key);

  /// All certificates, replacing those before.
  void certificates(List<Certificate> certificates);

  /// @param hosts names it is shown for; `*.example.com` for any label before it
  /// @param chain PEM, server certificate first
  /// @param key PEM, PKCS#8
  record Certificate(List<String> hosts, String chain, String key) {
    public Certificate {
      hosts = List.copyOf(hosts);
    }

    @Override
    public String toString() {
      return "Certificate" + hosts; // never the key
    }
  }
}
