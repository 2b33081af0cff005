package dev.slipway.node.network;

import dev.slipway.control.Cluster;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;

/// What pods find in their network beside each other: the cluster's names, its Services, the
/// gateway, and the usual ports of addresses elsewhere.
public final class NetworkServices implements AutoCloseable {
  private final NameServer names;
  private final ServiceDoors doors;

  /// What of this process pods are led to.
  public interface Outside {
    /// The gateway's port on this machine.
    InetSocketAddress gateway();

    /// Where an endpoint can be connected to from this process.
    ///
    /// @throws IOException if nowhere
    InetSocketAddress reached(InetSocketAddress endpoint) throws IOException;

    /// Where the API answers; empty if that is not known.
    Optional<InetSocketAddress> api();
  }

  /// @throws IOException if it cannot listen
  public NetworkServices(PodNetwork network, Cluster cluster, Outside outside) throws IOException {
    this.names = new NameServer(network, new ClusterNames(cluster, network.hubAddress()));
    this.doors = new ServiceDoors(network, cluster, outside);
  }

  @Override
  public void close() {
    doors.close();
    names.close();
  }
}
