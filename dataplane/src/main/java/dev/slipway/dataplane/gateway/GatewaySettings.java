package dev.slipway.dataplane.gateway;

import java.util.List;
import java.util.Optional;

/// How a gateway behaves for all routes alike.
///
/// @param trustedProxies networks (`10.0.0.0/8`) whose `x-forwarded-for` tells the client's address
///     to limits and lists of allowed networks
/// @param limitStatus answered over a limit of rate or concurrency: 503, as ingress-nginx does, or
///     429
/// @param logged share of the requests that are logged: 0 for none, 1 for all
/// @param traces where spans of the requests go; empty for nowhere
public record GatewaySettings(
    List<String> trustedProxies, int limitStatus, double logged, Optional<TraceSettings> traces) {
  public GatewaySettings {
    trustedProxies = List.copyOf(trustedProxies);
  }

  /// Trusts nobody, answers 503 over limits, logs nothing, sends no spans.
  public static GatewaySettings standard() {
    return new GatewaySettings(List.of(), 503, 0, Optional.empty());
  }

  /// The same with another share of requests logged.
  public GatewaySettings withLogged(double share) {
    return new GatewaySettings(trustedProxies, limitStatus, share, traces);
  }

  /// The same with spans sent.
  public GatewaySettings withTraces(TraceSettings to) {
    return new GatewaySettings(trustedProxies, limitStatus, logged, Optional.of(to));
  }

  /// The same with other proxies trusted.
  ///
  /// @param networks `10.0.0.0/8`, or single addresses
  public GatewaySettings withTrustedProxies(List<String> networks) {
    return new GatewaySettings(networks, limitStatus, logged, traces);
  }
}
