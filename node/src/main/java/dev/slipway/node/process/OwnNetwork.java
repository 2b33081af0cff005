package dev.slipway.node.process;

import dev.slipway.control.Cluster;
import dev.slipway.control.Kinds;
import dev.slipway.node.PodRuntime;
import dev.slipway.node.network.NetworkServices;
import dev.slipway.node.network.PodNetwork;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The pods' network, where this machine permits one: opened beside everything else, and waited for
/// by the first who asks. Thread-safe.
final class OwnNetwork implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(OwnNetwork.class);

  private final Cluster cluster;
  private final Supplier<InetSocketAddress> gateway;
  private final CompletableFuture<Found> found = new CompletableFuture<>();
  private volatile PodRuntime.Connections connections = endpoint -> endpoint;

  /// @param why there is none; empty where there is
  private record Found(
      Optional<PodNetwork> network, Optional<NetworkServices> services, String why) {}

  /// @param gateway that pods find in their network
  OwnNetwork(Cluster cluster, Supplier<InetSocketAddress> gateway) {
    this.cluster = cluster;
    this.gateway = gateway;
  }

  /// Opens it if containers can be kept apart by this program's own rights.
  ///
  /// @param device name of its link on this machine
  void open(Sandboxes sandboxes, String device, String addresses) {
    Thread.ofPlatform()
        .daemon()
        .name("open the pods' network")
        .start(() -> found.complete(opened(sandboxes, device, addresses)));
  }

  private Found opened(Sandboxes sandboxes, String device, String addresses) {
    if (sandboxes.level() != Sandboxes.Level.FULL) {
      return new Found(Optional.empty(), Optional.empty(), sandboxes.why());
    }
    try {
      var network = PodNetwork.open(device, addresses);
      try {
        var services = new NetworkServices(network, cluster, outside());
        LOG.debug("pods have addresses of {}", network.addresses());
        return new Found(Optional.of(network), Optional.of(services), "");
      } catch (IOException | RuntimeException problem) {
        network.close();
        throw problem;
      }
    } catch (IOException | RuntimeException problem) {
      LOG.debug("no network for pods", problem);
      return new Found(Optional.empty(), Optional.empty(), String.valueOf(problem.getMessage()));
    }
  }

  private NetworkServices.Outside outside() {
    return new NetworkServices.Outside() {
      @Override
      public InetSocketAddress gateway() {
        return gateway.get();
      }

      @Override
      public InetSocketAddress reached(InetSocketAddress endpoint) throws IOException {
        return connections.reached(endpoint);
      }

      @Override
      public Optional<InetSocketAddress> api() {
        return connections.api();
      }
    };
  }

  /// From now on endpoints are reached so.
  void connect(PodRuntime.Connections how) {
    connections = how;
  }

  Optional<PodNetwork> now() {
    return found.join().network;
  }

  /// Why there is none.
  String why() {
    return found.join().why;
  }

  /// The network that an address is of.
  Optional<PodNetwork> of(String address) {
    return now().filter(each -> each.has(address));
  }

  /// What tells a pod where the API is.
  Map<String, String> variables() {
    var all = new TreeMap<String, String>();
    cluster
        .get(Kinds.SERVICE.key("default", "kubernetes"))
        .ifPresent(
            service -> {
              var port = service.spec().path("ports").path(0).path("port").asInt(443);
              all.put("KUBERNETES_SERVICE_HOST", service.text("spec", "clusterIP"));
              all.put("KUBERNETES_SERVICE_PORT", String.valueOf(port));
              all.put("KUBERNETES_SERVICE_PORT_HTTPS", String.valueOf(port));
            });
    return all;
  }

  @Override
  public void close() {
    var all = found.join();
    all.services.ifPresent(NetworkServices::close);
    all.network.ifPresent(PodNetwork::close);
  }
}
