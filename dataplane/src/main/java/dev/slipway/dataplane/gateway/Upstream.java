package dev.slipway.dataplane.gateway;

import dev.slipway.dataplane.gateway.RouteTable.PayloadLog;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A group of endpoints that answer alike: a Knative revision, or a port of a Service. What is
/// known of it at one moment; its counters and queue live as long as its key does.
///
/// @param key `NAMESPACE/NAME` of a revision; `NAMESPACE/NAME:PORT` of a Service, by the Service's
///     port number
/// @param protocol spoken to endpoints
/// @param containerConcurrency most requests inside one endpoint at once; 0 for as many as come
/// @param wakes whether requests that find no endpoint are held while one is asked for; otherwise
///     they are refused with 503
/// @param endpoints ready ones
/// @param stickyAddress whether a client address stays with one endpoint (`sessionAffinity:
///     ClientIP`)
/// @param timeouts beside those of the rule that leads here; of each the shorter counts
/// @param burst Knative's target burst capacity: while fewer requests than this could be taken in
///     addition, up to 10,000 are held; otherwise 10 x `containerConcurrency` for each endpoint. 0
///     holds 10,000 only while it wakes, -1 always
/// @param labels for metrics, as `service_name`, `configuration_name`; may be empty
/// @param payloads where bodies go that its endpoints elsewhere take and give; those in this
/// process
///     tell of theirs themselves
public record Upstream(
    String key,
    Wire protocol,
    int containerConcurrency,
    boolean wakes,
    List<Endpoint> endpoints,
    boolean stickyAddress,
    RouteTable.Timeouts timeouts,
    int burst,
    Map<String, String> labels,
    Optional<PayloadLog> payloads) {
  private static final RouteTable.Timeouts NO_TIMEOUTS = RouteTable.Timeouts.NONE;

  public Upstream {
    endpoints = List.copyOf(endpoints);
    labels = Map.copyOf(labels);
  }

  /// Without timeouts, a burst capacity or labels.
  public Upstream(
      String key,
      Wire protocol,
      int containerConcurrency,
      boolean wakes,
      List<Endpoint> endpoints,
      boolean stickyAddress) {
    this(key, protocol, containerConcurrency, wakes, endpoints, stickyAddress, NO_TIMEOUTS);
  }

  /// Without a burst capacity or labels.
  public Upstream(
      String key,
      Wire protocol,
      int containerConcurrency,
      boolean wakes,
      List<Endpoint> endpoints,
      boolean stickyAddress,
      RouteTable.Timeouts timeouts) {
    this(
        key,
        protocol,
        containerConcurrency,
        wakes,
        endpoints,
        stickyAddress,
        timeouts,
        0,
        Map.of());
  }

  /// Without a payload log.
  public Upstream(
      String key,
      Wire protocol,
      int containerConcurrency,
      boolean wakes,
      List<Endpoint> endpoints,
      boolean stickyAddress,
      RouteTable.Timeouts timeouts,
      int burst,
      Map<String, String> labels) {
    this(
        key,
        protocol,
        containerConcurrency,
        wakes,
        endpoints,
        stickyAddress,
        timeouts,
        burst,
        labels,
        Optional.empty());
  }

  /// The same with other endpoints.
  public Upstream withEndpoints(List<Endpoint> ready) {
    return new Upstream(
        key,
        protocol,
        containerConcurrency,
        wakes,
        ready,
        stickyAddress,
        timeouts,
        burst,
        labels,
        payloads);
  }

  /// The same with a payload log, or without one.
  public Upstream withPayloads(Optional<PayloadLog> log) {
    return new Upstream(
        key,
        protocol,
        containerConcurrency,
        wakes,
        endpoints,
        stickyAddress,
        timeouts,
        burst,
        labels,
        log);
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
