package dev.slipway.dataplane.gateway;

import dev.slipway.net.Handler;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// Addresses that are answered inside this process: a request for one of them goes to its handler
/// with no socket in between. Thread-safe.
public final class LocalEndpoints {
  private final Map<InetSocketAddress, Handler> handlers = new ConcurrentHashMap<>();
  private final Map<InetSocketAddress, InetSocketAddress> led = new ConcurrentHashMap<>();

  public void put(InetSocketAddress address, Handler handler) {
    handlers.put(address, handler);
  }

  public void remove(InetSocketAddress address) {
    handlers.remove(address);
  }

  /// From now on an address stands for another one, which has a socket.
  public void lead(InetSocketAddress address, InetSocketAddress elsewhere) {
    led.put(address, elsewhere);
  }

  /// It stands for itself again.
  public void forget(InetSocketAddress address) {
    led.remove(address);
  }

  /// Where an address is to be connected to: itself, unless it leads elsewhere.
  public InetSocketAddress reached(InetSocketAddress address) {
    return led.isEmpty() ? address : led.getOrDefault(address, address);
  }

  public Optional<Handler> at(InetSocketAddress address) {
    return Optional.ofNullable(handlers.get(address));
  }
}
