package dev.slipway.controllers.kserve;

import dev.slipway.api.kserve.Kserve;

/// What the platform decides for all services.
///
/// @param domain services answer at `NAME.NAMESPACE.DOMAIN`
/// @param scheme of their addresses, `http` or `https`
/// @param port where the gateway listens; 0 to leave it out of addresses
/// @param clusterDomain of addresses inside
/// @param defaultMode of services that name none
/// @param defaultMinReplicas of services that name none; KServe has 1
/// @param metricsAddress the Prometheus API that queries of metrics go to where they name none
/// @param followsRegistry whether somebody here says in `status.registry` which version the alias
///     or stage of a registered model means; else it is found out when a pod starts
public record KserveSettings(
    String domain,
    String scheme,
    int port,
    String clusterDomain,
    Kserve.Mode defaultMode,
    int defaultMinReplicas,
    String metricsAddress,
    boolean followsRegistry) {
  /// `http://NAME.NAMESPACE.localhost`, Knative, one replica at least.
  public static KserveSettings standard() {
    return new KserveSettings(
        "localhost",
        "http",
        0,
        "cluster.local",
        Kserve.Mode.KNATIVE,
        1,
        "http://localhost:8080",
        false);
  }

  public KserveSettings withPort(int value) {
    return new KserveSettings(
        domain,
        scheme,
        value,
        clusterDomain,
        defaultMode,
        defaultMinReplicas,
        metricsAddress,
        followsRegistry);
  }

  public KserveSettings withMode(Kserve.Mode value) {
    return new KserveSettings(
        domain,
        scheme,
        port,
        clusterDomain,
        value,
        defaultMinReplicas,
        metricsAddress,
        followsRegistry);
  }

  /// Aliases and stages of registered models are followed.
  public KserveSettings followingRegistry() {
    return new KserveSettings(
        domain, scheme, port, clusterDomain, defaultMode, defaultMinReplicas, metricsAddress, true);
  }

  /// `iris.default.localhost`.
  String host(String name, String namespace) {
    return name + "." + namespace + "." + domain;
  }

  /// `http://iris.default.localhost`, with the port where it is not the scheme's own.
  String url(String name, String namespace) {
    boolean plain = port == 0 || port == (scheme.equals("https") ? 443 : 80);
    return scheme + "://" + host(name, namespace) + (plain ? "" : ":" + port);
  }

  /// `iris.default.svc.cluster.local`.
  String localHost(String name, String namespace) {
    return name + "." + namespace + ".svc." + clusterDomain;
  }
}
