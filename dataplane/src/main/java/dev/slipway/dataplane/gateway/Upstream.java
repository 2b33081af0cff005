package dev.slipway.dataplane.gateway;

import java.net.InetSocketAddress;
import java.util.List;

/// A group of endpoints that answer alike: a Knative revision, or a port of a Service. What is
/// known of
/// it at one moment; its counters and queue live as long as its key does.
///
/// @param key `NAMESPACE/NAME` of a revision; `NAMESPACE/NAME:PORT` of a Service
/// @param protocol spoken to endpoints
/// @param containerConcurrency most requests inside one endpoint at once; 0 for as many as come
/// @param wakes whether requests that find no endpoint are held while one is asked for; otherwise
/// they
///     are refused with 503
/// @param endpoints ready ones
/// @param stickyAddress whether a client address stays with one endpoint (`sessionAffinity:
/// ClientIP`)
public record Upstream(
    String key,
    Wire protocol,
    int containerConcurrency,
    boolean wakes,
    List<Endpoint> endpoints,
    boolean stickyAddress,
    RouteTable.Timeouts timeouts) {
  public Upstream(
      String key,
      Wire protocol,
      int containerConcurrency,
      boolean wakes,
      List<Endpoint> endpoints,
      boolean stickyAddress) {
    this(
        key,
        protocol,
        containerConcurrency,
        wakes,
        endpoints,
        stickyAddress,
        RouteTable.Timeouts.NONE);
  }

  public Upstream {
    endpoints = List.copyOf(endpoints);
  }

  /// What an endpoint speaks.
  public enum Wire {
    HTTP1,
    /// HTTP/2 without TLS and without upgrade: gRPC.
    H2C,
    HTTPS
  }

  /// One place that answers.
  ///
  /// @param pod `NAMESPACE/NAME`, for logs and for stickiness; may be empty
  public record Endpoint(InetSocketAddress address, String pod) {}
}
