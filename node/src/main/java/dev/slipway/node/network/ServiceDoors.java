package dev.slipway.node.network;

import dev.slipway.base.Json;
import dev.slipway.control.Cluster;
import dev.slipway.control.Key;
import dev.slipway.control.Kinds;
import dev.slipway.control.Resource;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/// Brings what pods send to a Service's address to one of its endpoints, what they send to the hub
/// to the gateway, and the usual ports of any other address to that address itself, as far as this
/// machine gets there. TCP alone. Thread-safe.
///
/// One listener a number of a port serves all Services that have it, for in the hub every address
/// is at home.
final class ServiceDoors implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ServiceDoors.class);
  private static final int BACKLOG = 1024;
  private static final int MOST_LISTENERS = 1024;
  private static final Key API = Kinds.SERVICE.key("default", "kubernetes");
  private static final int HTTP = 80;
  private static final List<Integer> OUTSIDE = List.of(HTTP, 443, 8080, 8443, 5000, 9000, 22);

  private final PodNetwork network;
  private final Cluster cluster;
  private final NetworkServices.Outside outside;
  private final Map<Integer, ServerSocketChannel> listeners = new HashMap<>();
  private final Map<Target, Place> places = new ConcurrentHashMap<>();
  private final Map<Key, AtomicInteger> turns = new ConcurrentHashMap<>();
  private final Pumps pumps = new Pumps();
  private final Cluster.Watching watching;
  private boolean closed;

  /// Where a client wanted to go.
  private record Target(String address, int port) {}

  /// What is there: a port of a Service.
  private record Place(Key service, String port, boolean sticky) {}

  ServiceDoors(PodNetwork network, Cluster cluster, NetworkServices.Outside outside) {
    this.network = network;
    this.cluster = cluster;
    this.outside = outside;
    OUTSIDE.forEach(this::listen);
    listen(outside.gateway().getPort());
    this.watching = cluster.watch(Kinds.SERVICE, this::changed);
  }

  private void changed(Resource service, boolean gone) {
    var key = service.key();
    places.values().removeIf(each -> each.service.equals(key));
    var address = service.text("spec", "clusterIP");
    if (gone || Range.number(address).isEmpty()) {
      turns.remove(key);
      return;
    }
    boolean sticky = service.text("spec", "sessionAffinity").equals("ClientIP");
    for (var each : service.spec().path("ports")) {
      int port = each.path("port").asInt(0);
      if (each.path("protocol").asString("TCP").equals("TCP")) {
        places.put(new Target(address, port), new Place(key, Json.text(each, "name"), sticky));
        listen(port);
      }
    }
  }

  private synchronized void listen(int port) {
    if (closed || port <= 0 || listeners.containsKey(port) || listeners.size() >= MOST_LISTENERS) {
      return;
    }
    try {
      var made =
          network
              .hub()
              .within(
                  () ->
                      ServerSocketChannel.open(StandardProtocolFamily.INET)
                          .bind(new InetSocketAddress("0.0.0.0", port), BACKLOG));
      listeners.put(port, made);
      Thread.ofVirtual().name("port " + port + " of Services").start(() -> accept(made));
    } catch (IOException problem) {
      LOG.warn("port {} of Services cannot be opened for pods: {}", port, problem.getMessage());
    }
  }

  private void accept(ServerSocketChannel at) {
    while (at.isOpen()) {
      try {
        var client = at.accept();
        Thread.ofVirtual().name("to a Service").start(() -> serve(client));
      } catch (IOException problem) {
        LOG.debug("{}: {}", at, problem.toString());
      }
    }
  }

  private void serve(SocketChannel client) {
    try {
      var here = (InetSocketAddress) client.getLocalAddress();
      var from = (InetSocketAddress) client.getRemoteAddress();
      var other = connected(new Target(here.getAddress().getHostAddress(), here.getPort()), from);
      if (other.isEmpty()) {
        Pumps.refuse(client);
      } else {
        pumps.join(client, other.get());
      }
    } catch (IOException problem) {
      LOG.debug("to a Service: {}", problem.toString());
      Pumps.refuse(client);
    }
  }

  private Optional<SocketChannel> connected(Target target, InetSocketAddress from) {
    for (var each : candidates(target, from)) {
      try {
        return Optional.of(Pumps.connect(outside.reached(each)));
      } catch (IOException problem) {
        LOG.debug("{} for {}: {}", each, target, problem.toString());
      }
    }
    return Optional.empty();
  }

  private List<InetSocketAddress> candidates(Target target, InetSocketAddress from) {
    if (target.address.equals(network.hubAddress())) {
      return List.of(outside.gateway());
    }
    var place = places.get(target);
    if (place == null) {
      return isOutside(target)
          ? List.of(new InetSocketAddress(target.address, target.port))
          : List.of();
    }
    if (place.service.equals(API)) {
      return outside.api().map(List::of).orElseGet(List::of);
    }
    var all = endpoints(place);
    if (all.isEmpty()) {
      boolean chosenElsewhere =
          cluster
              .get(place.service)
              .filter(each -> each.spec().path("selector").isEmpty())
              .isPresent();
      return chosenElsewhere ? List.of(outside.gateway()) : List.of();
    }
    int turn =
        place.sticky
            ? from.getAddress().hashCode()
            : turns.computeIfAbsent(place.service, _ -> new AtomicInteger()).getAndIncrement();
    Collections.rotate(all, Math.floorMod(turn, all.size()));
    return all;
  }

  /// Not another address of this machine's own, and no Service's.
  private boolean isOutside(Target target) {
    return OUTSIDE.contains(target.port)
        && !target.address.startsWith("127.")
        && !target.address.startsWith("10.96.")
        && !network.has(target.address);
  }

  private List<InetSocketAddress> endpoints(Place place) {
    var all = new ArrayList<InetSocketAddress>();
    var slices =
        cluster.list(
            Kinds.ENDPOINT_SLICE,
            place.service.namespace(),
            Map.of("kubernetes.io/service-name", place.service.name()));
    for (var slice : slices) {
      for (var port : slice.at("ports")) {
        if (Json.text(port, "name").equals(place.port)) {
          add(slice, port.path("port").asInt(0), all);
        }
      }
    }
    return all;
  }

  private static void add(Resource slice, int port, List<InetSocketAddress> all) {
    for (JsonNode each : slice.at("endpoints")) {
      if (each.path("conditions").path("ready").asBoolean(true)) {
        all.add(new InetSocketAddress(each.path("addresses").path(0).asString(""), port));
      }
    }
  }

  @Override
  public void close() {
    watching.close();
    List<ServerSocketChannel> all;
    synchronized (this) {
      closed = true;
      all = List.copyOf(listeners.values());
      listeners.clear();
    }
    all.forEach(Pumps::end);
    pumps.close();
  }
}
