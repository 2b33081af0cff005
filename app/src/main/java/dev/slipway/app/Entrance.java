package dev.slipway.app;

import dev.slipway.apiserver.access.pki.CertificateAuthority;
import dev.slipway.autoscaling.LoadKey;
import dev.slipway.autoscaling.LoadMeters;
import dev.slipway.autoscaling.Outcomes;
import dev.slipway.control.Cluster;
import dev.slipway.controllers.knative.KnativeAutoscaler;
import dev.slipway.dataplane.gateway.Gateway;
import dev.slipway.dataplane.gateway.GatewayDoors;
import dev.slipway.dataplane.gateway.GatewayMetrics;
import dev.slipway.dataplane.gateway.GatewaySettings;
import dev.slipway.dataplane.gateway.LocalEndpoints;
import dev.slipway.dataplane.server.PayloadLogs;
import dev.slipway.net.Forwarder;
import dev.slipway.net.ForwarderSettings;
import dev.slipway.net.Handler;
import dev.slipway.net.HttpServer;
import dev.slipway.net.ServerSettings;
import dev.slipway.node.StandIns;
import dev.slipway.routes.RouteFeed;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/// The gateway at its port, and what joins it to an API: routes and endpoints come from there, and
/// revisions are scaled there by what passes through here.
final class Entrance implements AutoCloseable {
  private final LoadMeters meters = new LoadMeters();
  private final AtomicReference<Consumer<LoadKey>> wanted = new AtomicReference<>(_ -> {});
  private final Forwarder forwarder = new Forwarder(ForwarderSettings.standard());
  private final Gateway gateway;
  private final HttpServer front;

  /// Listens.
  ///
  /// @param port 0 for any free one
  /// @param settings how requests are told of, and whom the gateway believes
  /// @param local what is answered in this process
  /// @param fallback answers what no route takes
  /// @throws java.io.UncheckedIOException if the port is taken
  Entrance(
      String bind, int port, GatewaySettings settings, LocalEndpoints local, Handler fallback) {
    var doors = new GatewayDoors(local, forwarder, meters, this::wake, fallback);
    gateway = new Gateway(settings, doors);
    HttpServer opened = null;
    try {
      opened = HttpServer.start(ServerSettings.of(bind, port), gateway, gateway);
    } finally {
      if (opened == null) {
        gateway.close();
        forwarder.close();
      }
    }
    front = opened;
    front.presentOtherwise(Entrance::spare);
  }

  /// What TLS clients see that name no host a certificate is known for, as ingress-nginx has one.
  private static ServerSettings.Tls spare() {
    var made = CertificateAuthority.selfSigned("slipway default certificate", Instant.now());
    return new ServerSettings.Tls(made.certificatePem(), made.keyPem(), "");
  }

  private void wake(String upstream) {
    int slash = upstream.indexOf('/');
    if (slash > 0) {
      wanted.get().accept(new LoadKey(upstream.substring(0, slash), upstream.substring(slash + 1)));
    }
  }

  int port() {
    return front.port();
  }

  GatewayMetrics metrics() {
    return new GatewayMetrics(gateway);
  }

  /// What the requests of each revision came to.
  Outcomes outcomes() {
    return gateway.upstreams()::outcome;
  }

  /// Sends logged payloads this way.
  void payloadsThrough(PayloadLogs.Sender sender) {
    gateway.payloadsThrough(sender);
  }

  /// Brings routes, endpoints and certificates of an API here, once started.
  RouteFeed routes(Cluster cluster) {
    return new RouteFeed(cluster, new GatewayFeed(gateway, front));
  }

  /// Scales the revisions of an API by the requests here, once started; hears of those that wait.
  KnativeAutoscaler autoscaler(Cluster cluster, InstantSource clock) {
    var made = new KnativeAutoscaler(cluster, meters, clock);
    wanted.set(made::wanted);
    return made;
  }

  /// The same, where the node of this process answers first requests before there are pods.
  KnativeAutoscaler autoscaler(Cluster cluster, StandIns standIns, InstantSource clock) {
    var made = new KnativeAutoscaler(cluster, new Woken(meters, standIns), clock);
    wanted.set(key -> standIns.wanted(key.namespace(), key.name(), () -> made.wanted(key)));
    return made;
  }

  /// Takes no more requests; those under way have this long.
  void close(Duration bound) {
    front.close(bound);
    gateway.close();
    forwarder.close();
  }

  @Override
  public void close() {
    front.close();
    gateway.close();
    forwarder.close();
  }
}
