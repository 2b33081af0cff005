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

  public void put(InetSocketAddress address, Handler handler) {
    handlers.put(address, handler);
  }

  public void remove(InetSocketAddress address) {
    handlers.remove(address);
  }

  public Optional<Handler> at(InetSocketAddress address) {
    return Optional.ofNullable(handlers.get(address));
  }
}
