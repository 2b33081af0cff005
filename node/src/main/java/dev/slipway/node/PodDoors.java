package dev.slipway.node;

import dev.slipway.dataplane.gateway.LocalEndpoints;
import dev.slipway.net.Handler;
import dev.slipway.net.HttpServer;
import dev.slipway.net.ServerSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/// Sockets for what pods answer inside this process: made when somebody first connects to one, at
/// the pod's own address where the system permits, and kept until the pod is gone. Thread-safe.
final class PodDoors implements AutoCloseable {
  private final LocalEndpoints endpoints;
  private final Map<InetSocketAddress, HttpServer> open = new HashMap<>();
  private final Map<InetSocketAddress, InetSocketAddress> where = new HashMap<>();

  PodDoors(LocalEndpoints endpoints) {
    this.endpoints = endpoints;
  }

  /// Where a socket can be connected to for an address of a pod.
  ///
  /// @throws IOException if no socket can be opened for it
  synchronized InetSocketAddress socket(InetSocketAddress address) throws IOException {
    if (endpoints.at(address).isEmpty()) {
      return endpoints.reached(address);
    }
    var known = where.get(address);
    return known == null ? open(address) : known;
  }

  /// Whether another program has the address, so that who connects to it reaches that program.
  synchronized boolean displaced(InetSocketAddress address) {
    return !where.getOrDefault(address, address).equals(address);
  }

  private InetSocketAddress open(InetSocketAddress address) throws IOException {
    Handler handler =
        (request, response) -> {
          var now = endpoints.at(address);
          if (now.isPresent()) {
            now.get().handle(request, response);
          } else {
            response.status(503).send("the pod is gone\n".getBytes(StandardCharsets.UTF_8));
          }
        };
    try {
      var server = listen(address, handler);
      open.put(address, server);
      return where.getOrDefault(address, address);
    } catch (UncheckedIOException problem) {
      throw new IOException(problem.getMessage(), problem);
    }
  }

  private HttpServer listen(InetSocketAddress address, Handler handler) {
    try {
      var server =
          HttpServer.start(ServerSettings.of(address.getHostString(), address.getPort()), handler);
      where.put(address, address);
      return server;
    } catch (UncheckedIOException _) {
      var server = HttpServer.start(ServerSettings.of("127.0.0.1", 0), handler);
      where.put(address, new InetSocketAddress("127.0.0.1", server.port()));
      return server;
    }
  }

  /// The pod of an address is gone.
  void closeAll(String host) {
    Map<InetSocketAddress, HttpServer> gone = new HashMap<>();
    synchronized (this) {
      open.forEach(
          (address, server) -> {
            if (address.getHostString().equals(host)) {
              gone.put(address, server);
            }
          });
      gone.keySet().forEach(open::remove);
      gone.keySet().forEach(where::remove);
    }
    gone.values().forEach(each -> each.close(Duration.ZERO));
  }

  @Override
  public void close() {
    Map<InetSocketAddress, HttpServer> all;
    synchronized (this) {
      all = Map.copyOf(open);
      open.clear();
      where.clear();
    }
    all.values().forEach(each -> each.close(Duration.ZERO));
  }
}
